/** Types of the verifier for hubfleet's own tests; nothing needs them to run it. */
export declare function verify(
  files: ReadonlyMap<string, string>,
  options?: {
    anchor?: { readonly heads: readonly string[]; readonly records: number } | undefined;
    fleet?: string | undefined;
  },
): {
  readonly records: number;
  readonly heads: readonly string[];
  readonly covered: number;
  readonly findings: readonly { readonly kind: string; readonly at: string }[];
};

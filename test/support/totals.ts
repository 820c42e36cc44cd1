/** What a run of vitest came to. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Where script/test wants it written: a file of its own, since several runs may go on in one checkout. */
export const totalsFile = process.env["HUBFLEET_TEST_TOTALS"];

/** What a run of vitest came to. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

export const totalsFile = new URL("../../.test-results/totals.json", import.meta.url);

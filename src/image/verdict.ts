export type VerdictResult = "passed" | "failed" | "warned" | "skipped";

/** What one check of an image, or of a pair of images, came to. */
export interface Verdict {
  /** "imports", "dependencies", "kernel", …, "pair/arrays", "tests/test_x.py" */
  readonly check: string;
  readonly result: VerdictResult;
  /** One line: what was seen, or the reason. */
  readonly summary: string;
  readonly milliseconds: number;
  /** All that it said; kept in a file beside the results. */
  readonly output: string;
  /** When it was reached, ISO 8601, where an earlier check of the same contents did. */
  readonly from?: string;
}

import type { VerdictResult } from "../verdict.ts";

/** What a check of an image came to: `-o json` prints this. */
export interface ImageCheckReport {
  readonly version: 1;
  /** "image/lab" */
  readonly target: string;
  /** `skipped` when nothing that was asked for could be tried. */
  readonly verdict: "passed" | "failed" | "skipped" | "interrupted";
  /** Absolute path of the environment. */
  readonly environment: string;
  /** SHA-256 of the lock's text. */
  readonly lock: string;
  readonly started: string;
  readonly milliseconds: number;
  readonly checks: readonly CheckedVerdict[];
}

export interface CheckedVerdict {
  readonly check: string;
  readonly result: VerdictResult | "interrupted";
  readonly summary: string;
  readonly milliseconds: number;
  /** When it was reached, for a verdict of an earlier check of the same; null for one of this check. */
  readonly from: string | null;
  /** Absolute paths of what was kept: what it said, pictures, notebooks with their outputs. */
  readonly files: readonly string[];
}

/** A failure counts before everything; a check that was skipped proves nothing. */
export function overallVerdict(checks: readonly CheckedVerdict[]): ImageCheckReport["verdict"] {
  const results = new Set(checks.map(({ result }) => result));
  if (results.has("interrupted")) return "interrupted";
  if (results.has("failed")) return "failed";
  return results.has("passed") || results.has("warned") ? "passed" : "skipped";
}

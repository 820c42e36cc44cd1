import { sha256, stableJson } from "../../runtime/local/digest.ts";

/** All that decides what a check comes to. */
export interface VerdictInputs {
  readonly check: string;
  /** Digest of the code that checks. */
  readonly revision: string;
  /** Keys of the environments concerned. */
  readonly environments: readonly string[];
  /** What else goes into it: declared packages, digests of test files, the browser. */
  readonly inputs: unknown;
}

/** Names a verdict by what it was reached from: the same inputs need not be looked at twice. */
export function verdictKey(inputs: VerdictInputs): string {
  return sha256(stableJson(inputs)).slice(0, 32);
}

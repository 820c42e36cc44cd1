import type { DeferredPart } from "./deferred.ts";

/** How one step of a check went. */
export interface StepReport {
  /** What `--only` takes: "server", "scale", "extra/climate". */
  readonly name: string;
  readonly title: string;
  readonly state: "passed" | "failed" | "skipped" | "interrupted";
  readonly milliseconds: number;
  /** Why it failed or was skipped, in words; null when it passed. */
  readonly reason: string | null;
}

/** What a check of a hub came to: `-o json` prints this. */
export interface CheckReport {
  readonly version: 1;
  readonly target: string;
  readonly verdict: "passed" | "failed" | "interrupted";
  /** Eight hexadecimal digits, the end of the temporary user's name. */
  readonly run: string;
  readonly user: string;
  readonly started: string;
  readonly milliseconds: number;
  /** In the order in which they ran. */
  readonly steps: readonly StepReport[];
  /** Temporary users that earlier checks left behind, gone now. */
  readonly swept: readonly string[];
  /** Parts that can only be seen later, of this check and of earlier ones. */
  readonly deferred: readonly DeferredPart[];
}

import type { SourcePosition } from "../errors/hubfleet-error.ts";
import type { Effect } from "./effect.ts";

export type Action = "create" | "update" | "delete";

/** One thing that differs between what is wanted and what is there. */
export interface Change {
  /** "hub/staging" or "image/lab" */
  readonly target: string;
  readonly action: Action;
  /** What of the target: "hub", "proxy", "live settings", "environment", … */
  readonly part: string;
  readonly effect: Effect;
  /** In the operator's words, most telling first. */
  readonly because: readonly string[];
  /** The settings that caused it. */
  readonly at: readonly SourcePosition[];
}

/** Desired against observed, as data. */
export interface Plan {
  readonly version: 1;
  readonly fleet: string;
  /** The hubs that were looked at, changed or not. */
  readonly hubs: readonly string[];
  readonly changes: readonly Change[];
  /**
   * By hub, what was wanted and what was seen, as one digest: `apply` of a saved plan does only what is the same still.
   * Who is logged in is not part of it.
   */
  readonly fingerprints: Readonly<Record<string, string>>;
  /** Gated changes of the working tree that `apply` leaves alone. */
  readonly waiting: readonly Change[];
  /** Targets of those that wait for a bundle, because their hubs run one; the others wait for `up`. */
  readonly bundled: readonly string[];
  /** Hubs that nobody writes any more: `apply` leaves them unless it is told to take them down. */
  readonly removals: readonly Change[];
  /** Hubs that could not be looked at, with the reasons; left out: none. */
  readonly unseen?: readonly UnseenHub[];
  /** What is worth knowing beside, such as a key that is not needed any more. */
  readonly remarks: readonly string[];
}

/** A hub of which nobody knows whether anything differs. */
export interface UnseenHub {
  readonly target: string;
  readonly errors: readonly { readonly code: string; readonly message: string; readonly hint?: string }[];
}

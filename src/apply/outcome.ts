import type { HubfleetError } from "../errors/hubfleet-error.ts";

/** What became of one target. A failed one never stops the others. */
export type Outcome =
  | { readonly target: string; readonly kind: "unchanged" }
  | { readonly target: string; readonly kind: "changed"; readonly milliseconds: number }
  /**
   * It was left alone: a saved plan was made for something else, servers would end. `isBlocked`: a gate or a hold is in
   * the way.
   */
  | { readonly target: string; readonly kind: "held"; readonly why: string; readonly isBlocked?: true }
  | { readonly target: string; readonly kind: "failed"; readonly errors: readonly HubfleetError[] };

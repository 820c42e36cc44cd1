import type { HubfleetError } from "../errors/hubfleet-error.ts";

/** What became of one target. A failed one never stops the others. */
export type Outcome =
  | { readonly target: string; readonly kind: "unchanged" }
  | { readonly target: string; readonly kind: "changed"; readonly milliseconds: number }
  /** A saved plan was made for something else than what is there now. */
  | { readonly target: string; readonly kind: "held"; readonly why: string }
  | { readonly target: string; readonly kind: "failed"; readonly errors: readonly HubfleetError[] };

import type { HubfleetError } from "../errors/hubfleet-error.ts";

/** What became of one target. A failed one never stops the others. */
export type Outcome =
  | { readonly target: string; readonly kind: "unchanged" }
  | { readonly target: string; readonly kind: "changed"; readonly milliseconds: number }
  | { readonly target: string; readonly kind: "failed"; readonly errors: readonly HubfleetError[] };

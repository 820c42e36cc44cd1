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

const weights = { unchanged: 0, changed: 1, held: 2, failed: 3 } as const;

/** One for each target, where something was done for it in several steps: what is worst of them, and the time of all. */
export function joinOutcomes(outcomes: readonly Outcome[]): readonly Outcome[] {
  return [...Map.groupBy(outcomes, ({ target }) => target).values()].flatMap((some): readonly Outcome[] => {
    const [worst] = some.toSorted((one, other) => weights[other.kind] - weights[one.kind]);
    if (worst?.kind !== "changed") return worst === undefined ? [] : [worst];
    const milliseconds = some.reduce((sum, one) => sum + (one.kind === "changed" ? one.milliseconds : 0), 0);
    return [{ ...worst, milliseconds }];
  });
}

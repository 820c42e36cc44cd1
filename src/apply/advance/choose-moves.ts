import type { Bundle } from "../../bundle/bundle.ts";
import type { Deployed } from "../../bundle/deployed.ts";
import type { GateVerdict } from "../../bundle/gate-verdict.ts";
import type { Stage } from "../../fleet/fleet.ts";

/** What `advance` does about a stage. */
export type Move =
  /** `onlyBegun`: hubs that a command left in the middle, and no others. */
  | { readonly kind: "go-on"; readonly bundle: string; readonly onlyBegun: boolean }
  | { readonly kind: "enter"; readonly bundle: string }
  | { readonly kind: "none" };

export interface ChooseMoveProps {
  readonly stage: Pick<Stage, "name" | "policy">;
  readonly deployed: Deployed;
  /** The oldest first. */
  readonly bundles: readonly Bundle[];
  readonly verdict: (bundle: Bundle) => Promise<GateVerdict>;
}

/**
 * | stage | |
 * | ----- | - |
 * | a hub was left in the middle | it is brought to an end, whatever the stage says of itself |
 * | `auto`, and its gate is open for a bundle that was made after the one it has | the newest of those enters |
 * | `auto`, and not all of its hubs had their turn | goes on |
 * | else | nothing: somebody promotes |
 *
 * A gate that was opened by somebody's own word is theirs to go through.
 */
export async function chooseMove({ stage, deployed, bundles, verdict }: ChooseMoveProps): Promise<Move> {
  const pointer = deployed.stages[stage.name];
  if (stage.policy.auto) {
    const running = bundles.find(({ digest }) => digest === pointer?.digest);
    const newer = bundles.slice(running === undefined ? 0 : bundles.indexOf(running) + 1).toReversed();
    for (const bundle of newer) {
      const judged = await verdict(bundle);
      if (judged.kind === "open" && judged.brokenGlass === undefined) return { kind: "enter", bundle: bundle.id };
    }
  }
  if (pointer === undefined) return { kind: "none" };
  const isBegun = Object.values(pointer.hubs ?? {}).includes("changing");
  if (stage.policy.auto) return { kind: "go-on", bundle: pointer.id, onlyBegun: false };
  return isBegun ? { kind: "go-on", bundle: pointer.id, onlyBegun: true } : { kind: "none" };
}

import type { Fleet, Hub } from "../fleet/fleet.ts";
import { type Deployed, holdsIn, pointerOf } from "./deployed.ts";
import { holdsOf, holdWords } from "./hold.ts";

/**
 * Hubs that `up` leaves alone, with the reason: those on hold, and those that run a bundle in a stage that takes no drafts.
 * A hub that was never given a bundle takes drafts, whatever its stage.
 */
export function closedToDrafts(
  hubs: readonly Hub[],
  {
    fleet,
    deployed,
    now,
  }: { readonly fleet: Pick<Fleet, "stages">; readonly deployed: Deployed; readonly now: number },
): ReadonlyMap<string, string> {
  const holds = holdsIn(deployed);
  return new Map(
    hubs.flatMap((hub): (readonly [string, string])[] => {
      const [hold] = holdsOf(hub, holds, now);
      if (hold !== undefined) {
        return [[hub.name, `${holdWords(hold)}; \`hubfleet resume ${hold.target}\` ends it`]];
      }
      const pointer = pointerOf(deployed, hub);
      const stage = fleet.stages.find(({ name }) => name === hub.stage);
      if (pointer === undefined || stage?.policy.iterate === true) return [];
      const next = `\`hubfleet bundle new\` and \`hubfleet promote\`, or try it with \`hubfleet up --on local hub/${hub.name}\``;
      return [[hub.name, `it runs bundle ${pointer.id}, and stage ${hub.stage} takes no drafts: ${next}`]];
    }),
  );
}

import type { Fleet, Hub } from "../../fleet/fleet.ts";
import { type DraftWorld, readDraft } from "../../operate/draft-store.ts";
import { draftOfHub } from "../../operate/renames.ts";

/** When the drafts that this machine keeps for hubs were put there, by hub; also those that a bundle replaced. */
export async function keptDrafts(
  hubs: readonly Hub[],
  { fleet, world }: { readonly fleet: Pick<Fleet, "uuid">; readonly world: DraftWorld },
): Promise<ReadonlyMap<string, string>> {
  const kept = await readDraft(fleet.uuid, world);
  return new Map(
    hubs.flatMap((hub): (readonly [string, string])[] => {
      const entry = draftOfHub(hub, kept);
      const draft = entry?.bundle === undefined ? entry : entry.before;
      return draft === undefined ? [] : [[hub.name, draft.since]];
    }),
  );
}

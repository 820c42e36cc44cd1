import type { Hub } from "../fleet/fleet.ts";
import { defaultBasePath } from "../fleet/normalize-hub.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { Draft, DraftHub } from "../runtime/local/draft.ts";
import { fleetPaths } from "../runtime/local/paths.ts";
import { type DesiredWithCopies, type DesireProps, desireFromDraft } from "./desired-hubs.ts";
import { hubKey, type UidBlocks } from "../runtime/local/uid-blocks.ts";

/** What a hub's things are found by. */
export interface RenameSight {
  readonly fleetUuid: string;
  readonly draft: Draft;
  readonly uidBlocks: UidBlocks;
  readonly world: Pick<LocalWorld, "files" | "machine">;
}

/**
 * The name under which a renamed hub's things still lie on this machine; undefined where all has its new name. A kill may
 * have left some of them under each name: as long as anything has the old one, the renaming is not over.
 */
export async function findOldName(
  hub: Pick<Hub, "name" | "renamedFrom">,
  { fleetUuid, draft, uidBlocks, world }: RenameSight,
): Promise<string | undefined> {
  const { renamedFrom } = hub;
  if (renamedFrom === undefined) return undefined;
  const isHere =
    draft.hubs[renamedFrom] !== undefined ||
    uidBlocks.blocks[hubKey(fleetUuid, renamedFrom)] !== undefined ||
    (await world.files.exists(`${fleetPaths(world.machine.stateRoot, fleetUuid).hubs}/${renamedFrom}`));
  return isHere ? renamedFrom : undefined;
}

/** What `up` put in place for a hub, also when that was under its old name. */
export function draftOfHub(hub: Hub, draft: Draft): DraftHub | undefined {
  const own = draft.hubs[hub.name];
  if (own !== undefined || hub.renamedFrom === undefined) return own;
  const before = draft.hubs[hub.renamedFrom];
  return before === undefined ? undefined : renameDrafted(before, hub);
}

/** A hub as `apply` wants it, and the name that its things have until then. */
export async function desireDraftedHub(
  hub: Hub,
  drafted: DraftHub,
  props: DesireProps & { readonly draft: Draft },
): Promise<DesiredWithCopies> {
  const [desired, oldName] = await Promise.all([
    desireFromDraft(drafted, hub, props),
    findOldName(hub, { ...props, fleetUuid: props.fleet.uuid }),
  ]);
  return { ...desired, oldName };
}

/** A hub's name, and what is made from it where nobody wrote it. */
export type Named = Pick<Hub, "name" | "title" | "basePath">;

/** Title and base path follow the name where they were made from it, then and now. */
export function renameDrafted(entry: DraftHub, written: Named): DraftHub {
  const { hub } = entry;
  const { name } = written;
  const isTitled = hub.title === hub.name && written.title === name;
  const isPlaced = hub.basePath === defaultBasePath(hub.name, true) && written.basePath === defaultBasePath(name, true);
  return {
    ...entry,
    hub: {
      ...hub,
      name,
      title: isTitled ? name : hub.title,
      basePath: isPlaced ? written.basePath : hub.basePath,
    },
  };
}

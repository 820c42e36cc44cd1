import type { Fleet, Hub } from "../fleet/fleet.ts";
import { describeCount, strandedProcesses } from "../plan/stranded.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { describeMachine, desireFromDraft, desireFromTree, readUidBlocks } from "./desired-hubs.ts";
import { type Assign, nothingAssigned } from "./bundles/assign-bundles.ts";
import { readDraft } from "./draft-store.ts";
import { observeDesired } from "./plan-hubs.ts";

/** Servers and Dask clusters of one hub that a command would end. */
export interface Ending {
  readonly hub: string;
  /** "2 servers and 1 Dask cluster" */
  readonly what: string;
}

export interface FindEndingsProps {
  readonly fleet: Fleet;
  readonly directory: string;
  readonly hubs: readonly Hub[];
  /** "apply" goes by what hubs were given, "up" by the working tree. */
  readonly command: "apply" | "up";
  /** What bundles hubs were given. */
  readonly assign: Assign;
  readonly world: LocalWorld;
}

/**
 * What a command would end of what runs now, for asking before it begins. Those whom the settings do not let in any more
 * are not asked about. Changes nothing.
 */
export async function findEndings(props: FindEndingsProps): Promise<readonly Ending[]> {
  const { fleet, hubs, command, world } = props;
  const [machine, kept, uidBlocks] = await Promise.all([
    describeMachine(world),
    readDraft(fleet.uuid, world),
    readUidBlocks(world),
  ]);
  const { entries } = command === "apply" ? await props.assign(hubs, kept) : nothingAssigned;
  const draft = { ...kept, hubs: { ...kept.hubs, ...entries } };
  const context = { ...props, machine, uidBlocks };
  const desired = await Promise.all(
    hubs.flatMap((hub) => {
      const entry = draft.hubs[hub.name];
      // What was never brought up here has no servers to end.
      if (entry === undefined) return [];
      return [command === "apply" ? desireFromDraft(entry, hub, context) : desireFromTree(hub, entry.images, context)];
    }),
  );
  const observed = await observeDesired({ fleet, hubs: desired, world });
  return desired.flatMap(({ desired: one }, index) => {
    const found = observed[index];
    const stranded = found === undefined ? [] : strandedProcesses(one, found);
    return stranded.length === 0 ? [] : [{ hub: one.name, what: describeCount(stranded) }];
  });
}

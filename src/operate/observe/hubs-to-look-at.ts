import { type Deployed, pointerOf } from "../../bundle/deployed.ts";
import { failuresIn } from "../../bundle/looks.ts";
import type { ReadRecords } from "../../evidence/read-records.ts";
import type { Fleet, Hub } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { type Draft, type DraftHub, isLocal } from "../../runtime/local/draft.ts";
import { fleetPaths } from "../../runtime/local/paths.ts";
import { runsAsDesired } from "../../runtime/local/runs-as-desired.ts";
import type { Assign, OpenedBundle } from "../bundles/assign-bundles.ts";
import { rendererOf } from "../bundles/kept-code.ts";
import { describeMachine, readUidBlocks } from "../desired-hubs.ts";
import { readDraft } from "../draft-store.ts";
import { desireDraftedHub, draftOfHub } from "../renames.ts";
import type { HubToLookAt } from "./look-at-hubs.ts";
import { bundleSubject, draftSubject, type SubjectOfLook } from "./subject-of-look.ts";

export interface HubsToLookAtProps {
  readonly fleet: Fleet;
  readonly reading: FleetReading;
  readonly deployed: Deployed;
  readonly evidence: ReadRecords;
  readonly assign: Assign;
  readonly open: (bundle: string) => OpenedBundle;
  readonly directory: string;
  readonly world: LocalWorld;
}

/** Every hub of this machine that was ever given something, and what it should run. Changes nothing. */
export async function hubsToLookAt(props: HubsToLookAtProps): Promise<readonly HubToLookAt[]> {
  const { fleet, world, evidence, directory } = props;
  const hubs = [...fleet.hubs.values()].filter((hub) => isLocal(fleet.clusters.get(hub.cluster)));
  const [machine, kept, uidBlocks, holder] = await Promise.all([
    describeMachine(world),
    readDraft(fleet.uuid, world),
    readUidBlocks(world),
    world.locks.holder(`fleet/${fleet.uuid}`, fleetPaths(world.machine.stateRoot, fleet.uuid).lease),
  ]);
  const assignment = await props.assign(hubs, kept);
  const draft: Draft = { ...kept, hubs: { ...kept.hubs, ...assignment.entries } };
  const failuresOf = failuresIn(evidence.records.values());
  const found = hubs.map(async (hub): Promise<HubToLookAt | undefined> => {
    const entry = draftOfHub(hub, draft);
    if (entry === undefined) return undefined;
    const wanted = desireDraftedHub(hub, entry, { fleet, directory, draft, machine, uidBlocks, world });
    const { desired } = await wanted;
    return {
      ...(await subjectOf(hub, entry, props)),
      failuresBefore: failuresOf(hub.name),
      deployedAt: new Date(pointerOf(props.deployed, hub)?.since ?? entry.since),
      isChanging: holder !== undefined,
      runsWhatItShould: (observed) => !assignment.problems.has(hub.name) && runsAsDesired(desired, observed),
    };
  });
  return (await Promise.all(found)).filter((hub) => hub !== undefined);
}

/** What a hub is held to, and so what a look at it is about. */
async function subjectOf(hub: Hub, entry: DraftHub, props: HubsToLookAtProps): Promise<SubjectOfLook> {
  const pointer = pointerOf(props.deployed, hub);
  if (entry.bundle === undefined || pointer === undefined) return draftSubject(hub, entry.since, props);
  const opened = props.open(pointer.id);
  return bundleSubject(hub, opened, {
    ...props,
    pointer,
    renderer: await rendererOf(entry, opened.bundle, props.world),
  });
}

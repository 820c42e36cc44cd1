import { type Deployed, holdsIn, pointerOf } from "../../bundle/deployed.ts";
import { failuresIn, type Look } from "../../bundle/looks.ts";
import { standingOf } from "../../bundle/standing.ts";
import type { ReadRecords } from "../../evidence/read-records.ts";
import type { Fleet, Hub } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { type Draft, type DraftHub, isLocal } from "../../runtime/local/draft.ts";
import { fleetPaths } from "../../runtime/local/paths.ts";
import { runsAsDesired } from "../../runtime/local/runs-as-desired.ts";
import type { Assign, OpenedBundle } from "../bundles/assign-bundles.ts";
import { rendererOf } from "../bundles/kept-code.ts";
import { hubSubject } from "../bundles/hub-subject.ts";
import { describeMachine, readUidBlocks } from "../desired-hubs.ts";
import { readDraft } from "../draft-store.ts";
import { desireDraftedHub, draftOfHub } from "../renames.ts";
import type { HubToLookAt } from "./look-at-hubs.ts";

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

type Subject = Pick<Look, "hub" | "stage" | "bundle" | "parts" | "standing" | "deployment">;

/** What a hub is held to, and so what a look at it is about. */
async function subjectOf(hub: Hub, entry: DraftHub, props: HubsToLookAtProps): Promise<Subject> {
  const { deployed, reading, open, world } = props;
  const pointer = pointerOf(deployed, hub);
  const at = world.clock.now().getTime();
  const about = { hub: hub.name, stage: hub.stage };
  const isDraft = entry.bundle === undefined || pointer === undefined;
  const standing = standingOf({ hub, holds: holdsIn(deployed), isDraft, reading, now: at });
  if (isDraft) return { ...about, bundle: undefined, parts: {}, standing, deployment: `draft@${entry.since}` };
  const opened = open(pointer.id);
  const renderer = await rendererOf(entry, opened.bundle, world);
  const { subject, deployment } = hubSubject(hub, opened, { pointer, renderer });
  return { ...about, bundle: { id: pointer.id, digest: pointer.digest }, parts: subject.parts, standing, deployment };
}

import type { Fleet } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { ComponentName } from "../../runtime/local/desired-hub.ts";
import { componentNames } from "../../runtime/local/desired-hub.ts";
import { fleetPaths, hubPaths } from "../../runtime/local/paths.ts";
import { hubPorts } from "../../runtime/local/ports.ts";
import { describeMachine } from "../desired-hubs.ts";
import { readDraft } from "../draft-store.ts";
import { observeHub } from "../observe-hub.ts";
import type { ComponentEvidence, Evidence } from "./evidence.ts";
import {
  gatherCertificate,
  gatherDatabase,
  gatherHomes,
  gatherSecretsProblem,
  gatherServerLogs,
} from "./gather-files.ts";
import { gatherImages } from "./gather-images.ts";

const shownLines = 250;

/** Looks at everything that `why` tells causes from. Changes nothing; what costs seconds is done only where it helps. */
export async function gatherEvidence(fleet: Fleet, hub: string, world: LocalWorld): Promise<Evidence> {
  const { files, inspection, processes, machine } = world;
  const paths = hubPaths(machine.stateRoot, fleet.uuid, hub);
  const written = fleet.hubs.get(hub);
  const [observed, draft, described] = await Promise.all([
    observeHub({ fleetUuid: fleet.uuid, name: hub, port: written?.port, basePath: written?.basePath }, world),
    readDraft(fleet.uuid, world),
    describeMachine(world),
  ]);
  const drafted = draft.hubs[hub];
  const settings = drafted?.hub ?? observed.applied?.hub ?? written;
  const expected = componentNames.filter(
    (name) => (name !== "gateway" || settings?.dask.enabled) && (name !== "culler" || settings?.culling.enabled),
  );
  const components = await gatherComponents(paths.run, observed, world);
  const hubRuns = observed.components.hub.process !== undefined;
  const ports = observed.applied?.hub.port ?? settings?.port;
  const lease = await world.locks.holder(`fleet/${fleet.uuid}`, fleetPaths(machine.stateRoot, fleet.uuid).lease);
  const images = drafted?.images ?? observed.applied?.images ?? {};
  const hubImage = settings === undefined ? undefined : images[settings.images.hub];

  return {
    hub,
    now: world.clock.now(),
    isRoot: machine.isRoot,
    isWritten: written !== undefined,
    isDrafted: drafted !== undefined,
    observed,
    expected,
    components,
    ports: await Promise.all(
      Object.entries(ports === undefined ? {} : hubPorts(ports)).map(async ([use, port]) => {
        const owner = await processes.portOwner(port);
        // Keys of the table that hubPorts made.
        return { use: use as Evidence["ports"][number]["use"], port, ...(owner === undefined ? {} : { owner }) };
      }),
    ),
    lease: lease === "somebody" ? { pid: 0, command: "?", since: world.clock.now() } : lease,
    bootTime: await inspection.bootTime(),
    spaces: await gatherSpaces(
      [machine.stateRoot, machine.environments, paths.data, paths.homes, paths.run, "/tmp"],
      world,
    ),
    images: settings === undefined ? [] : await gatherImages({ settings, images, components, observed }, world),
    hasCode: hubRuns || (await files.exists(`${described.pythonPath}/hubfleet_local`)),
    certificate: await gatherCertificate(observed.applied?.cluster.https, world),
    database: await gatherDatabase(paths.data, hubRuns ? undefined : hubImage?.environment, world),
    secretsProblem: await gatherSecretsProblem(paths.secrets, world),
    homes: await gatherHomes(paths, world),
    serverLogs: await gatherServerLogs(`${paths.run}/servers`, world),
    hubConfigPlace: placeOf(fleet, hub),
  };
}

async function gatherComponents(
  run: string,
  observed: Evidence["observed"],
  { files, inspection }: LocalWorld,
): Promise<Evidence["components"]> {
  const one = async (name: ComponentName): Promise<ComponentEvidence> => {
    const [record, facts, lines] = await Promise.all([
      files.read(`${run}/${name}.json`),
      inspection.facts(`${run}/${name}.log`),
      files.tail(`${run}/${name}.log`, shownLines),
    ]);
    const { process } = observed.components[name];
    return {
      startedAt: process?.startedAt ?? startOf(record),
      lastWords: facts?.modified,
      lines,
      isHalted: process !== undefined && (await inspection.isHalted(process.pid)),
    };
  };
  const [proxy, gateway, hub, culler] = await Promise.all(componentNames.map(one));
  if (!proxy || !gateway || !hub || !culler) throw new TypeError("a component is missing"); // the list has four
  return { proxy, gateway, hub, culler };
}

function startOf(record: string | undefined): Date | undefined {
  const match = /"startedAt":"([^"]+)"/.exec(record ?? "");
  return match === null ? undefined : new Date(match[1] ?? "");
}

/** Each file system once, by the path that is named first. */
async function gatherSpaces(
  paths: readonly string[],
  { inspection }: Pick<LocalWorld, "inspection">,
): Promise<Evidence["spaces"]> {
  const found = await Promise.all(paths.map(async (path) => ({ path, space: await inspection.space(path) })));
  return [...new Map(found.reverse().map((one) => [JSON.stringify(one.space), one])).values()].reverse();
}

function placeOf({ origins }: Fleet, hub: string): string | undefined {
  const at = origins.at(`hubs.${hub}.hubConfig`);
  return at === undefined ? undefined : `${at.path}:${at.line}`;
}

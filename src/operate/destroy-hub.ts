import type { Steps } from "../apply/steps.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { MarkedProcess } from "../ports/processes.ts";
import { markerPrefix } from "../runtime/local/desired-hub.ts";
import { hubPaths } from "../runtime/local/paths.ts";
import { hubPorts } from "../runtime/local/ports.ts";
import { assignUidBlock, hubKey, type UidBlock } from "../runtime/local/uid-blocks.ts";
import { readUidBlocks } from "./desired-hubs.ts";
import { observeHub } from "./observe-hub.ts";

export interface DestroyHubProps {
  readonly fleetUuid: string;
  readonly hub: string;
  readonly deleteHomes: boolean;
  readonly world: LocalWorld;
  readonly steps: Steps;
}

/** Whose processes are meant. */
export interface StopProps extends Pick<DestroyHubProps, "fleetUuid" | "hub" | "world"> {
  /** The hub's user ids, where the registry may not have them under this name any more. */
  readonly uids?: UidBlock | undefined;
}

/** What a scan finds when a hub is gone. */
export interface Remains {
  readonly hub: string;
  /** Nothing of it ran any more: an earlier teardown ended it. */
  readonly wasDown: boolean;
  /** Kept on purpose, each with its size in bytes. */
  readonly kept: readonly { readonly what: string; readonly path: string; readonly bytes: number }[];
  /** Left behind against our will; empty when all went well. */
  readonly leftBehind: readonly string[];
}

const graceMilliseconds = 20_000;

/**
 * Takes a hub down: its users' servers and Dask clusters, its processes, its files but `data`. May be killed and run
 * again. Ends with a look at what is really left.
 */
export async function destroyHub(props: DestroyHubProps): Promise<Remains> {
  const { fleetUuid, hub, deleteHomes, world, steps } = props;
  const target = `hub/${hub}`;
  const paths = hubPaths(world.machine.stateRoot, fleetUuid, hub);
  const { applied } = await observeHub({ fleetUuid, name: hub, port: undefined, basePath: undefined }, world);
  if (await isDown(props)) {
    if (deleteHomes) await world.files.remove(paths.data);
    return { ...(await scan(props, { port: undefined, groups: [] })), wasDown: true };
  }
  await steps.run(
    target,
    "stop everything",
    () => stopEverything(props),
    (stopped) => `${stopped} processes`,
  );

  const groups = await world.processes.removeControlGroups(`hubfleet/${fleetUuid}/${hub}`);
  await world.files.remove(paths.run);
  if (deleteHomes) await world.files.remove(paths.data);
  return steps.run(target, "look for leftovers", () => scan(props, { port: applied?.hub.port, groups }));
}

/** Only what a teardown keeps is left of the hub on this machine. */
export async function isDown(props: Pick<DestroyHubProps, "fleetUuid" | "hub" | "world">): Promise<boolean> {
  const { run } = hubPaths(props.world.machine.stateRoot, props.fleetUuid, props.hub);
  return !(await props.world.files.exists(run)) && (await findAll(props)).length === 0;
}

/** New ones may start while the first ones end (a hub's restart of a server, a worker's nanny), so it looks again. */
export async function stopEverything(props: StopProps): Promise<number> {
  let stopped = 0;
  for (let round = 0; round < 5; round++) {
    const found = await findAll(props);
    if (found.length === 0) break;
    await props.world.processes.stop(found, graceMilliseconds);
    stopped += found.length;
  }
  return stopped;
}

/** By marker, and by user id for those of users' processes that dropped it. */
async function findAll({ fleetUuid, hub, uids, world }: StopProps): Promise<readonly MarkedProcess[]> {
  const marked = await world.processes.findMarked(markerPrefix(fleetUuid, hub));
  const registry = await readUidBlocks(world);
  const key = hubKey(fleetUuid, hub);
  const block = registry.blocks[key] === undefined ? uids : assignUidBlock(registry, key).block;
  if (block === undefined) return marked;
  const { firstUid, count } = block;
  // Somebody else's marker under our ids would mean two registries on one machine: not ours to end.
  const owned = (await world.processes.findByUid(firstUid, count)).filter(({ marker }) => marker === "");
  return [...new Map([...marked, ...owned].map((process) => [process.pid, process])).values()];
}

async function scan(
  props: DestroyHubProps,
  { port, groups }: { readonly port: number | undefined; readonly groups: readonly string[] },
): Promise<Remains> {
  const { fleetUuid, hub, world } = props;
  const paths = hubPaths(world.machine.stateRoot, fleetUuid, hub);
  const processes = (await findAll(props)).map(({ pid, command }) => `process ${pid} (${command})`);
  const ports = port === undefined ? [] : Object.values(hubPorts(port));
  const owners = await Promise.all(ports.map((one) => world.processes.portOwner(one)));
  const listening = owners
    .filter((owner) => owner !== undefined)
    .map((owner) => `port ${owner.port}, held by process ${owner.process?.pid ?? "of another account"}`);
  const files = (await world.files.exists(paths.run)) ? [paths.run] : [];
  const dataLeft = await world.files.exists(paths.data);
  const kept = dataLeft && !props.deleteHomes ? await keptParts(paths, world) : [];
  const undeleted = dataLeft && props.deleteHomes ? [paths.data] : [];
  return { hub, wasDown: false, kept, leftBehind: [...processes, ...listening, ...files, ...undeleted, ...groups] };
}

async function keptParts(paths: ReturnType<typeof hubPaths>, { files }: LocalWorld): Promise<Remains["kept"]> {
  const measure = async (what: string, path: string): Promise<Remains["kept"][number]> => ({
    what,
    path,
    bytes: await files.size(path),
  });
  const [all, homes, shared] = await Promise.all([
    measure("database and secrets", paths.data),
    measure("homes", paths.homes),
    measure("shared directories", paths.shared),
  ]);
  return [homes, shared, { ...all, bytes: all.bytes - homes.bytes - shared.bytes }];
}

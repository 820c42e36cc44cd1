import type { Fleet } from "../fleet/fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { ComponentName } from "../runtime/local/desired-hub.ts";
import type { AppliedHub, ObservedHub } from "../runtime/local/observed-hub.ts";
import { fleetPaths, hubPaths } from "../runtime/local/paths.ts";
import { observeHubs } from "./observe-hub.ts";

export type Health = "healthy" | "degraded" | "stopped" | "absent" | "removed" | "unknown";

/** One hub as an operator wants to see it in a line. */
export interface HubStatus {
  readonly hub: string;
  readonly stage: string;
  readonly cluster: string;
  readonly health: Health;
  /** Why it is not healthy; empty when it is. */
  readonly reason: string;
  /** The bundle's id or "draft", and the images that new servers get, each with the first digits of its environment's name. */
  readonly runs: string;
  /** The bundle's id; missing where it runs a draft or nothing. */
  readonly bundle?: string;
  readonly since: string | null;
  /** People with a running server; null when the hub does not answer. */
  readonly users: number | null;
  readonly servers: number | null;
  readonly daskClusters: number;
  /** Servers that still have an environment from before the last change of their image. */
  readonly olderServers: number;
  readonly url: string;
  readonly jupyterhub: string;
  readonly limits: { readonly enforced: boolean; readonly reason: string } | null;
}

/** Looks at every hub of the fleet, and at those of it that run here without being written any more. */
export async function fleetStatus(fleet: Fleet, world: LocalWorld): Promise<readonly HubStatus[]> {
  const root = world.machine.stateRoot;
  const onDisk = await world.files.list(fleetPaths(root, fleet.uuid).hubs);
  const forgotten: string[] = [];
  for (const name of onDisk.filter((one) => !fleet.hubs.has(one))) {
    const { run, data } = hubPaths(root, fleet.uuid, name);
    if ((await world.files.exists(run)) || (await world.files.exists(data))) forgotten.push(name);
  }
  const written = [...fleet.hubs.values()].map(({ name, port, basePath }) => ({ name, port, basePath }));
  const unwritten = forgotten.map((name) => ({ name, port: undefined, basePath: undefined }));
  const [observed, dask] = await Promise.all([
    observeHubs(fleet.uuid, [...written, ...unwritten], world),
    countDaskClusters(fleet.uuid, world),
  ]);
  return observed.map((hub) => describe(hub, fleet, dask.get(hub.name) ?? 0));
}

function describe(observed: ObservedHub, fleet: Fleet, daskClusters: number): HubStatus {
  const written = fleet.hubs.get(observed.name);
  const hub = observed.applied?.hub ?? written;
  const cluster = observed.applied?.cluster ?? (written && fleet.clusters.get(written.cluster));
  const active = observed.state?.users.filter((user) => user.servers.length > 0);
  const servers = (active ?? []).flatMap((user) => user.servers);
  const environments = new Set(Object.values(observed.applied?.images ?? {}).map(({ environment }) => environment));
  const { health, reason } = healthOf(observed, fleet);

  return {
    hub: observed.name,
    stage: written?.stage ?? "",
    cluster: hub?.cluster ?? "",
    health,
    reason,
    runs:
      observed.applied === undefined
        ? "nothing"
        : `${observed.applied.bundle?.id ?? "draft"} ${describeImages(observed.applied)}`,
    ...(observed.applied?.bundle === undefined ? {} : { bundle: observed.applied.bundle.id }),
    since: observed.applied?.at ?? null,
    users: active?.length ?? null,
    servers: active === undefined ? null : servers.length,
    daskClusters,
    olderServers: servers.filter(({ environment }) => environment !== null && !environments.has(environment)).length,
    url: hub === undefined || cluster?.provider !== "local" ? "" : addressOf(hub, cluster),
    jupyterhub: observed.state?.version ?? "",
    limits:
      observed.state === undefined
        ? null
        : { enforced: observed.state.limitsEnforced, reason: observed.state.limitsReason },
  };
}

export interface HubHealth extends Pick<HubStatus, "health" | "reason"> {
  /** All of it runs, and it does not answer: more cannot be told. */
  readonly isSilent?: true;
}

/** How a hub is, with the reason in words where it is not healthy. */
export function healthOf(observed: ObservedHub, fleet: Fleet): HubHealth {
  const written = fleet.hubs.get(observed.name);
  const cluster = observed.applied?.cluster ?? (written && fleet.clusters.get(written.cluster));
  const heir = [...fleet.hubs.values()].find(({ renamedFrom }) => renamedFrom === observed.name);
  return judge(observed, { isWritten: written !== undefined, heir: heir?.name, isHere: cluster?.provider === "local" });
}

/** "lab@ca5be586, classroom@8b97aa12": the images that servers are started in, each with its environment. */
function describeImages({ hub, images }: AppliedHub): string {
  const names = [...new Set(hub.profiles.map(({ notebookImage }) => notebookImage))];
  return names.map((name) => `${name}@${images[name]?.environment.split("/").at(-1)?.slice(0, 8) ?? "?"}`).join(", ");
}

/** Nothing is healthy because nobody looked: each part that should run is seen running, and the hub answers. */
function judge(
  observed: ObservedHub,
  {
    isWritten,
    heir,
    isHere,
  }: { readonly isWritten: boolean; readonly heir: string | undefined; readonly isHere: boolean },
): HubHealth {
  const { applied, components, state, strangers } = observed;
  const becomes = heir === undefined ? "" : `it becomes hub/${heir} with the next apply`;
  if (!isWritten && applied === undefined && Object.values(components).every(({ process }) => process === undefined)) {
    const kept = `taken down, its homes and database kept; \`hubfleet destroy hub/${observed.name} --delete-homes\` deletes them`;
    return { health: "removed", reason: becomes === "" ? kept : becomes };
  }
  if (!isHere) return { health: "unknown", reason: "it is on another cluster" };
  if (applied === undefined) return { health: "absent", reason: "not brought up on this machine" };
  const expected: readonly ComponentName[] = [
    "proxy",
    ...(applied.hub.dask.enabled ? (["gateway"] as const) : []),
    "hub",
    ...(applied.hub.culling.enabled ? (["culler"] as const) : []),
  ];
  const missing = expected.filter((name) => components[name].process === undefined);
  const taken = strangers.map(
    ({ port, process }) => `port ${port} is taken by process ${process?.pid ?? "of another account"}`,
  );
  if (missing.length === expected.length)
    return { health: "stopped", reason: ["no process of it runs", ...taken].join("; ") };
  if (missing.length > 0) {
    return { health: "degraded", reason: [describeEnded(missing), ...taken].join("; ") };
  }
  if (state === undefined) return { health: "degraded", reason: "the hub runs but does not answer", isSilent: true };
  if (!isWritten) {
    const told = "no file of the fleet describes it any more; `hubfleet plan` says what that means";
    return { health: "healthy", reason: becomes === "" ? told : becomes };
  }
  return { health: "healthy", reason: "" };
}

function describeEnded(names: readonly ComponentName[]): string {
  if (names.length === 1) return `the ${names[0]} process ended`;
  return `the ${names.slice(0, -1).join(", the ")} and the ${names.at(-1)} processes ended`;
}

function addressOf(
  hub: { domain?: string; port?: number; basePath: string },
  cluster: { address: string; https?: unknown },
): string {
  const scheme = cluster.https === undefined ? "http" : "https";
  return `${scheme}://${hub.domain ?? cluster.address}:${hub.port ?? ""}${hub.basePath}`;
}

async function countDaskClusters(
  fleetUuid: string,
  { processes }: Pick<LocalWorld, "processes">,
): Promise<ReadonlyMap<string, number>> {
  const marked = await processes.findMarked(`${fleetUuid}/`);
  const clusters = new Set(marked.map(({ marker }) => marker).filter((marker) => marker.split("/")[2] === "dask"));
  const counts = new Map<string, number>();
  for (const marker of clusters) {
    const hub = marker.split("/")[1] ?? "";
    counts.set(hub, (counts.get(hub) ?? 0) + 1);
  }
  return counts;
}

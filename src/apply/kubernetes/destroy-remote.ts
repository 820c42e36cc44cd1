import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Remains } from "../../operate/destroy-hub.ts";
import { readApplied } from "../../operate/kubernetes/observe-remote.ts";
import type { ClusterConnection, ObjectReference } from "../../ports/kubernetes.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { ownLabels } from "../../runtime/kubernetes/kubernetes-labels.ts";
import type { RemoteApplied } from "../../runtime/kubernetes/remote-applied.ts";
import type { Steps } from "../steps.ts";
import { openClusterJournal } from "./cluster-journal.ts";
import { withHubLease } from "./hub-lease.ts";
import { scanRemote } from "./scan-remote.ts";
import { lookAtThings, ownedBy, referenceOf, type ThingsProps, unknownKind } from "./remote-things.ts";

export interface DestroyRemoteProps extends Omit<ThingsProps, "connection"> {
  /** People's disks, the hub's database, its secrets and its namespace go, too. */
  readonly deleteHomes: boolean;
  readonly world: LocalWorld;
  readonly steps: Steps;
  readonly report: Report;
}

type HeldProps = DestroyRemoteProps & ThingsProps & { readonly connection: ClusterConnection };

/** How long pods may take to end, with what they still have to write. */
const endMilliseconds = 3 * 60_000;
const lookMilliseconds = 1_000;

/**
 * Sees to it that a teardown would keep what it is to keep, before anything is changed.
 * @throws HubfleetError DISKS_UNPROTECTED, HUB_NOT_OURS, and those of its cluster
 */
export async function requireKept(props: Omit<DestroyRemoteProps, "world" | "steps" | "report">): Promise<void> {
  const { remote, deleteHomes, signal } = props;
  const { claims, releases, others } = await lookAtThings({ ...props, connection: await remote.connect() });
  signal.throwIfAborted();
  if (others.length > 0) throw notOurs(remote, others);
  if (deleteHomes || releases.length === 0) return;
  const going = claims.filter(
    ({ metadata: { labels = {}, annotations = {} } }) =>
      labels["app.kubernetes.io/managed-by"] === "Helm" && annotations["helm.sh/resource-policy"] !== "keep",
  );
  if (going.length === 0) return;
  const { name } = remote.hub;
  throw new HubfleetError("DISKS_UNPROTECTED", {
    message: `Helm would delete ${going.map(({ metadata }) => `"${metadata.name}"`).join(", ")} of hub "${name}" together with its release`,
    hint: `hubfleet apply hub/${name} marks it as kept, then destroy again; or --delete-homes, where nobody needs it`,
  });
}

/** Its servers and disks cannot be told from those of a hub of ours. */
function notOurs({ hub, names }: DestroyRemoteProps["remote"], others: readonly string[]): HubfleetError {
  return new HubfleetError("HUB_NOT_OURS", {
    message: `release ${others.map((name) => `"${name}"`).join(", ")} in namespace "${names.namespace}" of cluster "${hub.cluster}" was not installed by hubfleet, and hub "${hub.name}" has not taken it over`,
    hint: "nothing was changed; take it over first (docs/guides/adopt.md), or helm uninstall",
  });
}

/**
 * Takes a hub on Kubernetes down: its users' servers and Dask clusters, its releases, what was put there beside them. Disks,
 * database and secrets stay unless they are to go. May be killed anywhere and run again, from any machine. Ends with a look
 * at what is really left.
 */
export async function destroyRemote(props: DestroyRemoteProps): Promise<Remains> {
  const { fleetUuid, remote, world, steps, report, signal } = props;
  const { hub, names } = remote;
  const target = `hub/${hub.name}`;
  const connection = await remote.connect();
  const about = { ...props, connection };
  const place = { apiVersion: "v1", kind: "Namespace", name: names.namespace };
  const space = await connection.get(place, signal);
  const before = await lookAtThings(about);
  const isRecorded = before.objects.some(({ metadata }) => metadata.name === names.applied);
  const wasDown = !isRecorded && before.pods.length + before.releases.length === 0;
  if (space !== undefined && space.metadata.deletionTimestamp === undefined) {
    const { namespace, lease: name } = names;
    const labels = ownLabels(hub, { uuid: fleetUuid });
    const run = world.random.hex(4);
    const holder = `hubfleet destroy (process ${world.machine.pid})`;
    const { clock } = world;
    const lease = { connection, namespace, name, labels, run, holder, target, clock, report, signal };
    await withHubLease(lease, async (held) => {
      const { pid } = world.machine;
      const journal = {
        connection,
        namespace,
        name: names.journal,
        labels,
        command: "destroy",
        run,
        pid,
        clock,
        steps,
      };
      const inCluster = await openClusterJournal({ ...journal, signal: held });
      await takeDown({ ...about, steps: inCluster, signal: held });
    });
    // Held until here, and what every command writes.
    for (const one of [names.lease, names.checkLease]) {
      await connection.delete({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", name: one, namespace }, signal);
    }
    await connection.delete({ apiVersion: "v1", kind: "Secret", name: names.journal, namespace }, signal);
  }
  await takeNamespace(about);
  return steps.run(target, "look for leftovers", async () => ({ ...(await scanRemote(about)), wasDown }));
}

async function takeDown(props: HeldProps): Promise<void> {
  const { remote, connection, deleteHomes, steps, signal } = props;
  const { hub, names, helm } = remote;
  const target = `hub/${hub.name}`;
  const { namespace } = names;
  const secret = (name: string): ObjectReference => ({ apiVersion: "v1", kind: "Secret", name, namespace });
  const whole = await readApplied(remote, connection, signal);
  const { releases } = await lookAtThings(props);
  // While the gateway is there, which knows how to end its clusters.
  await steps.run(
    target,
    "end servers and Dask clusters",
    () => endPeoplesWork(props),
    (count) => `${count} pods and clusters`,
  );
  for (const name of releases) {
    await steps.run(target, `uninstall release ${name}`, async () => {
      await helm.uninstall(connection, { name, namespace }, signal);
    });
  }
  await steps.run(target, "wait until its pods are gone", () => untilGone(props));
  await steps.run(target, "take away what was put there", () => takeObjects(whole, props));
  if (deleteHomes) {
    await steps.run(target, "delete disks and secrets", async () => {
      const { claims } = await lookAtThings(props);
      for (const { metadata } of claims) {
        const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", name: metadata.name, namespace };
        await connection.delete(claim, signal);
      }
      if (hub.storage.nfs !== undefined || whole?.objects.some(({ kind }) => kind === "PersistentVolume") === true) {
        await takeVolume(props);
      }
      for (const name of [names.secrets, names.made]) await connection.delete(secret(name), signal);
      await until(props, async () => (await lookAtThings(props)).claims.length === 0);
    });
  }
  // Last of all: it says what there is to take down.
  await connection.delete(secret(names.applied), signal);
}

/** The hub, which still runs, may start a server again; the wait for the pods ends those. */
async function endPeoplesWork(props: HeldProps): Promise<number> {
  const { connection, signal } = props;
  const { pods, daskClusters } = await lookAtThings(props);
  const servers = pods.filter(({ metadata }) => metadata.labels?.["component"] === "singleuser-server");
  for (const one of [...daskClusters, ...servers]) await connection.delete(referenceOf(one), signal);
  return daskClusters.length + servers.length;
}

/** What is left at the limit is named by the scan. */
async function untilGone(props: HeldProps): Promise<void> {
  const { connection, signal } = props;
  await until(props, async () => {
    const { pods, daskClusters } = await lookAtThings(props);
    const left = [...daskClusters, ...pods];
    for (const one of left.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
      await connection.delete(referenceOf(one), signal);
    }
    return left.length === 0;
  });
}

async function takeObjects(whole: RemoteApplied | undefined, props: HeldProps): Promise<void> {
  const { remote, connection, signal } = props;
  const { names } = remote;
  const { objects } = await lookAtThings(props);
  const staying = new Set([names.secrets, names.made, names.applied, names.journal]);
  const kept = new Set(["Namespace", "PersistentVolume", "PersistentVolumeClaim"]);
  const going = [...(whole?.objects ?? []), ...objects.map(referenceOf)].filter(
    ({ kind, name }) => !kept.has(kind) && !(kind === "Secret" && staying.has(name)),
  );
  for (const one of new Map(going.map((each) => [`${each.apiVersion} ${each.kind} ${each.name}`, each])).values()) {
    await connection.delete(one, signal).catch(unknownKind);
  }
}

/** The way to an export; what is on its server stays there. */
async function takeVolume(props: HeldProps): Promise<void> {
  const { remote, connection, signal } = props;
  const volume = { apiVersion: "v1", kind: "PersistentVolume", name: remote.names.nfsVolume };
  const found = await connection.get(volume, signal);
  if (ownedBy(props)(found?.metadata.labels)) await connection.delete(volume, signal);
}

/** Only the namespace that hubfleet has for this hub, and only when nothing of anybody else is in it. */
async function takeNamespace(props: HeldProps): Promise<void> {
  const { remote, connection, deleteHomes, steps, signal } = props;
  const { namespace } = remote.names;
  const place = { apiVersion: "v1", kind: "Namespace", name: namespace };
  const space = await connection.get(place, signal);
  if (space === undefined) return;
  const isEnding = space.metadata.deletionTimestamp !== undefined;
  if (!isEnding) {
    if (!deleteHomes || !ownedBy(props)(space.metadata.labels)) return;
    if ((await scanRemote(props)).foreign.length > 0) return;
  }
  await steps.run(`hub/${remote.hub.name}`, `delete namespace ${namespace}`, async () => {
    if (!isEnding) await connection.delete(place, signal);
    await until(props, async () => (await connection.get(place, signal)) === undefined);
  });
}

async function until({ world, signal }: HeldProps, isDone: () => Promise<boolean>): Promise<void> {
  const limit = world.clock.now().getTime() + endMilliseconds;
  while (!(await isDone()) && world.clock.now().getTime() < limit) {
    signal.throwIfAborted();
    await world.clock.sleep(lookMilliseconds);
  }
}

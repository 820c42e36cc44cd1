import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import { type HubPart, hubParts, type HubPods, readHubPods, startingParts } from "../../runtime/kubernetes/hub-pods.ts";
import { readPod } from "../../runtime/kubernetes/troubles/pod-view.ts";
import { podTroubles } from "../../runtime/kubernetes/pod-troubles.ts";
import { type AppliedMetadata, readAnnotations } from "../../runtime/kubernetes/remote-applied.ts";
import type { HubStatus } from "../status.ts";
import { inNamespaces } from "./in-namespaces.ts";
import { lookAtNamespace } from "./look-at-namespace.ts";
import type { RemoteHub } from "./remote-hubs.ts";
import { type TimeLimit, withinLimit } from "./within-limit.ts";

export interface RemoteStatusProps {
  readonly fleetUuid: string;
  readonly remotes: readonly RemoteHub[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** For everything that is asked of one cluster. @default 5000 */
  readonly limitMilliseconds?: number;
}

/** For saying why, where the lists took nearly all the time. */
const leastMilliseconds = 500;

interface SeenHub {
  readonly remote: RemoteHub;
  readonly applied: AppliedMetadata | undefined;
  readonly pods: HubPods;
}

/** A hub as it was seen, with what a status does not tell. */
export interface RemoteSight {
  readonly status: HubStatus;
  /** Parts that are not ready, of which nothing ended: their pods were made a moment ago. */
  readonly starting: readonly HubPart[];
}

/**
 * How hubs on Kubernetes are, seen now: one list of pods and one of what hubfleet left, for each cluster, however many hubs it
 * has; of those that are not well, why. A cluster that does not answer in time makes its hubs "unknown", and no others.
 */
export async function remoteStatus(props: RemoteStatusProps): Promise<readonly HubStatus[]> {
  return (await seeRemotes(props)).map(({ status }) => status);
}

/** The same with what judging a hub's health takes beyond that. */
export async function seeRemotes(props: RemoteStatusProps): Promise<readonly RemoteSight[]> {
  const groups = Map.groupBy(props.remotes, ({ cluster }) => cluster.name);
  const seen = await Promise.all([...groups].map(([name, remotes]) => clusterStatus(name, remotes, props)));
  return seen.flat();
}

async function clusterStatus(
  name: string,
  remotes: readonly RemoteHub[],
  { fleetUuid, clock, signal, limitMilliseconds = 5_000 }: RemoteStatusProps,
): Promise<readonly RemoteSight[]> {
  const [first] = remotes;
  if (first === undefined) return [];
  const what = `cluster "${name}"`;
  const start = clock.now().getTime();
  try {
    const { connection, seen } = await withinLimit({ what, milliseconds: limitMilliseconds, signal }, async (until) => {
      const made = await first.connect();
      return { connection: made, seen: await lookAtHubs(fleetUuid, remotes, { connection: made, signal: until }) };
    });
    const left = limitMilliseconds - (clock.now().getTime() - start);
    const limit = { what, milliseconds: Math.max(left, leastMilliseconds), signal };
    return await Promise.all(
      seen.map(async (hub) => ({
        status: await describe(hub, { connection, clock, limit }),
        starting: startingParts(hub.pods, expectedParts(hub), clock.now()),
      })),
    );
  } catch (thrown) {
    signal.throwIfAborted();
    const reason = fromUnknown(thrown)
      .map(({ message }) => message)
      .join("; ");
    return remotes.map(({ hub }) => ({ status: { ...nothingKnown(hub), health: "unknown", reason }, starting: [] }));
  }
}

interface Asking {
  readonly connection: ClusterConnection;
  readonly signal: AbortSignal;
}

async function lookAtHubs(
  fleetUuid: string,
  remotes: readonly RemoteHub[],
  { connection, signal }: Asking,
): Promise<readonly SeenHub[]> {
  const namespaces = remotes.map(({ names }) => names.namespace);
  const labels = { "hubfleet.io/fleet": fleetUuid };
  const [pods, secrets] = await Promise.all([
    inNamespaces(namespaces, (namespace) => connection.list({ apiVersion: "v1", kind: "Pod", namespace }, signal)),
    inNamespaces(namespaces, (namespace) =>
      connection.listMetadata({ apiVersion: "v1", kind: "Secret", labels, namespace }, signal),
    ),
  ]);
  return remotes.map((remote) => {
    const { namespace, applied } = remote.names;
    const own = pods.filter(({ metadata }) => metadata.namespace === namespace);
    const secret = secrets.find((one) => one.namespace === namespace && one.name === applied);
    return { remote, applied: readAnnotations(secret?.annotations), pods: readHubPods(own) };
  });
}

/** What is asked of hubs that are not well; theirs alone is told with fewer words when it takes too long. */
interface AskingWhy {
  readonly connection: ClusterConnection;
  readonly clock: Clock;
  readonly limit: TimeLimit;
}

async function describe(seen: SeenHub, asking: AskingWhy): Promise<HubStatus> {
  const { remote, applied, pods } = seen;
  const known = {
    ...nothingKnown(remote.hub),
    runs: applied === undefined ? "nothing" : applied.bundle.id,
    ...(applied === undefined ? {} : { bundle: applied.bundle.id }),
    since: applied?.at ?? null,
    users: new Set(pods.servers.map(({ user }) => user)).size,
    servers: pods.servers.length,
    daskClusters: pods.daskClusters,
    olderServers: pods.servers.filter(({ pod }) => isOlder(pod, applied?.serverImages)).length,
    jupyterhub: applied?.jupyterhub ?? "",
  };
  const expected = expectedParts(seen);
  const isThere = expected.some((part) => pods.parts[part].all > 0);
  if (!isThere && applied === undefined) {
    return { ...known, health: "absent", reason: `not applied to cluster "${remote.cluster.name}"` };
  }
  if (applied === undefined) {
    const reason = `namespace "${remote.names.namespace}" has a hub that hubfleet did not put there`;
    return { ...known, health: "absent", reason };
  }
  const missing = expected.filter((part) => pods.parts[part].ready === 0);
  if (missing.length === 0) return { ...known, health: "healthy", reason: "" };
  const reasons = await findReasons(seen, missing, asking);
  return { ...known, health: isThere ? "degraded" : "stopped", reason: reasons.join("; ") };
}

/** Whether no new server would get its image; undefined images: what put the hub there did not say. */
function isOlder(pod: KubernetesObject, images: readonly string[] | undefined): boolean {
  const own = readPod(pod, []).containers.map(({ image }) => image);
  return images !== undefined && !own.some((image) => images.includes(image));
}

/** The gateway's parts count where its release was installed. */
function expectedParts({ remote, applied }: SeenHub): readonly HubPart[] {
  const hasGateway = applied?.revisions[remote.names.releases.daskGateway] !== undefined;
  return hasGateway ? hubParts : ["hub", "proxy"];
}

async function findReasons(
  { remote, pods }: SeenHub,
  missing: readonly HubPart[],
  { connection, clock, limit }: AskingWhy,
): Promise<readonly string[]> {
  const nothing = { events: [], claims: [], workloads: [], nodes: [] };
  const sight = await withinLimit(limit, (until) => lookAtNamespace(connection, remote.names.namespace, until)).catch(
    (thrown: unknown) => {
      if (thrown instanceof HubfleetError) return nothing;
      throw thrown;
    },
  );
  const troubles = podTroubles({ ...sight, pods: pods.own }, clock.now());
  if (troubles.length > 0) return [...new Set(troubles.map(({ about, words }) => `${about}: ${words}`))];
  return missing.map((part) =>
    pods.parts[part].all === 0 ? `there is no pod of the ${part}` : `the pod of the ${part} is not ready yet`,
  );
}

function nothingKnown(hub: Hub): Omit<HubStatus, "health" | "reason"> {
  const { name, stage, cluster } = hub;
  return {
    ...{ hub: name, stage, cluster, runs: "unknown", since: null, users: null, servers: null, daskClusters: 0 },
    ...{ olderServers: 0, url: addressOf(hub), jupyterhub: "", limits: null },
  };
}

/** Where people open it, as far as its settings say. */
function addressOf({ domain, basePath, network }: Hub): string {
  if (domain === undefined) return "";
  const hasHttps = network !== undefined && network.https.kind !== "off";
  return `${hasHttps ? "https" : "http"}://${domain}${basePath}`;
}

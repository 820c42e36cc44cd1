import { withHubLease } from "../../apply/kubernetes/hub-lease.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { ownLabels } from "../../runtime/kubernetes/kubernetes-labels.ts";
import { podTroubles } from "../../runtime/kubernetes/pod-troubles.ts";
import { withTurn } from "../check/check-hub.ts";
import type { CheckPlace, FoundHub } from "../check/check-place.ts";
import type { CheckReport } from "../check/check-report.ts";
import { type CheckProps, runCheck } from "../check/run-check.ts";
import { deferredThere } from "./deferred-there.ts";
import type { Enter, Entrance } from "./enter-hub.ts";
import { lookAtNamespace } from "./look-at-namespace.ts";
import type { RemoteHub } from "./remote-hubs.ts";

export type CheckRemoteProps = Omit<CheckProps, "hub" | "place" | "world"> & {
  readonly remote: RemoteHub;
  readonly enter: Enter;
  readonly world: LocalWorld;
};

/** Longer than the chart lets a server start: a node may have to come, and an image to be pulled. */
const serverMilliseconds = 330_000;
const deploymentKind = { apiVersion: "apps/v1", kind: "Deployment" } as const;

/** What is looked up for a check's own words, and after an interruption. */
const untilDone = new AbortController().signal;

/**
 * Checks a hub on Kubernetes, by the steps that a hub of this machine is checked by.
 * @throws HubfleetError UNKNOWN_STEP, CHECK_RUNNING, and those of its cluster
 */
export async function checkRemoteHub({ remote, enter, ...props }: CheckRemoteProps): Promise<CheckReport> {
  const { hub } = remote;
  let entrance: Entrance | undefined;
  const place: CheckPlace = {
    deferred: deferredThere(remote, props.fleet.uuid),
    serverMilliseconds,
    withTurn: (work) => withTurn({ ...props, hub }, () => withLease({ remote, ...props }, work)),
    // Not with the check's signal: what it made is taken away through the same door.
    findHub: async () => {
      entrance = await enter(remote, untilDone);
      return found(remote, entrance);
    },
    serverLog: (user) => serverLog(remote, user).catch(() => []),
    whyWaiting: (user) => whyWaiting(remote, user, props.world).catch(() => undefined),
    leave: async () => entrance?.close(),
  };
  return runCheck({ ...props, hub, place });
}

/**
 * From other machines, too: each check removes whatever other checks have on the hub. Where the lease cannot even be asked for,
 * the first step says why.
 */
async function withLease<Result>(
  { remote, fleet, world, report, signal }: Omit<CheckRemoteProps, "enter">,
  work: () => Promise<Result>,
): Promise<Result> {
  const { hub, names } = remote;
  const { namespace } = names;
  const run = world.random.hex(4);
  let isHeld = false;
  try {
    const lease = {
      namespace,
      name: names.checkLease,
      labels: ownLabels(hub, fleet),
      connection: await remote.connect(),
    };
    const about = { ...lease, run, holder: "hubfleet check", target: `hub/${hub.name}`, report, signal };
    return await withHubLease({ ...about, clock: world.clock }, async () => {
      isHeld = true;
      return work();
    });
  } catch (thrown) {
    if (isHeld || signal.aborted || !(thrown instanceof HubfleetError)) throw thrown;
    if (thrown.code !== "HUB_LEASE_HELD") return work();
    throw new HubfleetError("CHECK_RUNNING", {
      message: `a check from another machine is at work on hub "${hub.name}"`,
      hint: "wait until it is done",
      retry: "later",
      cause: thrown,
    });
  }
}

function found(remote: RemoteHub, { hub: session }: Entrance): FoundHub {
  const { hub, names } = remote;
  if (!hub.dask.enabled) return { hub: session, gateway: undefined };
  const { namespace, releases } = names;
  const own = new Set(["api", "controller", "traefik"].map((part) => `${part}-${releases.daskGateway}`));
  const whyGone = async (): Promise<string | undefined> => {
    const all = await (await remote.connect()).list({ ...deploymentKind, namespace }, untilDone);
    const gone = all.find(({ metadata, status }) => own.has(metadata.name) && available(status) === 0);
    return gone === undefined ? undefined : `its deployment ${gone.metadata.name} has no pod that is ready`;
  };
  return { hub: session, gateway: { healthUrl: `${session.url}services/dask-gateway/api/health`, whyGone } };
}

function available(status: unknown): number {
  const { availableReplicas = 0 } = Object(status) as { readonly availableReplicas?: number }; // as the API has it
  return availableReplicas;
}

const ownerAnnotation = "hub.jupyter.org/username";

async function serverLog(remote: RemoteHub, user: string): Promise<readonly string[]> {
  const { namespace } = remote.names;
  const connection = await remote.connect();
  const pods = await connection.listMetadata({ apiVersion: "v1", kind: "Pod", namespace }, untilDone);
  const pod = pods.find(
    ({ labels, annotations }) =>
      labels?.["component"] === "singleuser-server" && annotations?.[ownerAnnotation] === user,
  );
  if (pod === undefined) return [];
  return (await connection.podLogs({ namespace, pod: pod.name }, { lines: 200 }, untilDone)).trimEnd().split("\n");
}

/** What keeps the pod; or, when it is gone already, the last that the cluster complained about it. */
async function whyWaiting(
  remote: RemoteHub,
  user: string,
  { clock }: Pick<LocalWorld, "clock">,
): Promise<string | undefined> {
  const sight = await lookAtNamespace(await remote.connect(), remote.names.namespace, untilDone);
  const [trouble] = podTroubles(sight, clock.now(), new Set([`the server of ${user}`]));
  if (trouble !== undefined) return trouble.words;
  // Pods of Dask clusters are there as long as they wait; a server's goes when the hub gives it up.
  const last = sight.events.findLast(({ about, isWarning }) => isWarning && about.name.includes(`jupyter-${user}`));
  return last?.message;
}

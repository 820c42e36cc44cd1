import { withHubLease } from "../../apply/kubernetes/hub-lease.ts";
import { withLease } from "../../apply/lease.ts";
import type { Outcome } from "../../apply/outcome.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { type HubComponent, hubComponents } from "../../runtime/kubernetes/hub-components.ts";
import { ownLabels } from "../../runtime/kubernetes/kubernetes-labels.ts";
import { awaitReady } from "./await-ready.ts";
import { findPods } from "./find-pods.ts";
import type { Reach } from "./reach.ts";
import type { RemoteHub } from "./remote-hubs.ts";

export interface RestartRemoteProps {
  readonly fleetUuid: string;
  /** The proxy instead of hub and gateway. */
  readonly proxy: boolean;
  readonly reach: Reach;
  readonly world: LocalWorld;
  readonly report: Report;
  readonly signal: AbortSignal;
}

const readyMilliseconds = 5 * 60_000;

/**
 * Ends a hub's own pods, which their Deployments replace, and waits until they are ready. Users' servers and Dask clusters are
 * no part of it and go on. Nothing else is put in place: that is for `apply`.
 * @throws HubfleetError LEASE_HELD, HUB_LEASE_HELD, HUB_UNREACHABLE for a hub that has no pods, and those of its cluster
 */
export async function restartRemoteHub(remote: RemoteHub, props: RestartRemoteProps): Promise<readonly Outcome[]> {
  const { fleetUuid, world, report, signal } = props;
  const { hub, names } = remote;
  const target = `hub/${hub.name}`;
  const connection = await remote.connect();
  const components = await installed(remote, props);
  const { namespace, lease: name } = names;
  const labels = ownLabels(hub, { uuid: fleetUuid });
  const { clock } = world;
  const run = world.random.hex(4);
  const lease = { connection, namespace, name, labels, run, holder: "hubfleet restart", target, clock, report, signal };
  return withLease({ fleetUuid, command: "restart", world, report }, (steps) =>
    withHubLease(lease, async (held): Promise<readonly Outcome[]> => {
      const begun = clock.now().getTime();
      const words = components.map((one) => one.name).join(", ");
      try {
        await steps.run(target, `end the pods of ${words}`, async () => {
          for (const { pods } of components) {
            for (const { name: pod } of pods) await connection.delete({ ...podKind, name: pod, namespace }, held);
          }
        });
        await steps.run(target, `wait for ${words}`, () => {
          const workloads = components.map(({ deployment }) => ({ kind: "Deployment" as const, name: deployment }));
          const about = { connection, namespace, workloads, target, clock, report, signal: held };
          return awaitReady({ ...about, timeoutMilliseconds: readyMilliseconds });
        });
        if (props.proxy) await steps.run(target, "tell the proxy its routes", () => restoreRoutes(remote, props));
      } catch (thrown) {
        signal.throwIfAborted();
        return [{ target, kind: "failed", errors: fromUnknown(thrown) }];
      }
      return [{ target, kind: "changed", milliseconds: clock.now().getTime() - begun }];
    }),
  );
}

/** The hub itself looks after minutes only; until then nobody would reach their server. */
async function restoreRoutes(remote: RemoteHub, { reach, world, signal }: RestartRemoteProps): Promise<void> {
  const way = await reach(remote, signal);
  try {
    await world.hubApi.restoreRoutes(way.address);
  } finally {
    await way.close();
  }
}

const podKind = { apiVersion: "v1", kind: "Pod" } as const;

type Installed = HubComponent & { readonly pods: readonly { readonly name: string }[] };

/** Before anything is locked: a hub that is not there has nothing to restart. */
async function installed(remote: RemoteHub, { proxy, signal }: RestartRemoteProps): Promise<readonly Installed[]> {
  const { hub, names } = remote;
  const connection = await remote.connect();
  const wanted = hubComponents(names, { dask: hub.dask.enabled }).filter(({ name }) =>
    proxy ? name === "proxy" : name !== "proxy" && name !== "gateway-proxy",
  );
  const found = await Promise.all(
    wanted.map(async (component) => ({
      ...component,
      pods: await findPods(connection, { namespace: names.namespace, labels: component.labels }, signal),
    })),
  );
  const present = found.filter(({ pods }) => pods.length > 0);
  if (present.length > 0) return present;
  throw new HubfleetError("HUB_UNREACHABLE", {
    message: `hub "${hub.name}" has no pods in namespace "${names.namespace}" of cluster "${hub.cluster}"`,
    hint: `hubfleet why hub/${hub.name}`,
    retry: "later",
  });
}

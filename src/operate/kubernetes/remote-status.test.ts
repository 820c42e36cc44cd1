import { beforeEach, describe, expect, it } from "vitest";

import { aKubernetesFleet } from "../../../test/support/a-kubernetes-hub.ts";
import { createClockMemory } from "../../adapters/clock/clock-memory.ts";
import { type ClusterMemory, createClusterMemory } from "../../adapters/kubernetes/cluster-memory.ts";
import { createKubernetesMemory } from "../../adapters/kubernetes/kubernetes-memory.ts";
import type { Kubernetes } from "../../ports/kubernetes.ts";
import type { Helm } from "../../ports/helm.ts";
import { annotationsOf } from "../../runtime/kubernetes/remote-applied.ts";
import type { HubStatus } from "../status.ts";
import { openRemoteHubs } from "./remote-hubs.ts";
import { remoteStatus } from "./remote-status.ts";

const never = new AbortController().signal;
const login = { login: { kind: "sign-up" }, users: [], admins: ["ada"] };
const builder = aKubernetesFleet()
  .withCluster("campus", { provider: "kubeconfig" })
  .withHub("beta", {
    cluster: "campus",
    charts: { jupyterhub: { version: "4.4.0" }, "dask-gateway": { version: "2026.3.0" } },
    domain: "beta.example.org",
    access: login,
  });

describe("remoteStatus", () => {
  let cloud: ClusterMemory;
  let campus: ClusterMemory;

  const give = (cluster: ClusterMemory, kind: string, object: Record<string, unknown>): void => {
    cluster.give(
      { apiVersion: "v1", kind, metadata: { name: "" }, ...object },
      { manager: "test", takesOver: true, isTrial: false },
    );
  };
  const space = (cluster: ClusterMemory, name: string): void => give(cluster, "Namespace", { metadata: { name } });
  const applied = (cluster: ClusterMemory, namespace: string, revisions: Record<string, number>): void => {
    const annotations = annotationsOf({
      ...{ serverImages: ["image:1"], jupyterhub: "5.5.0" },
      ...{ parts: {}, revisions, renderer: "1", since: "2026-11-20T09:00:00Z", at: "2026-11-21T09:00:00Z" },
      bundle: { id: "2026.11.20-1", digest: "sha256:1" },
    });
    const { uuid } = builder.build();
    const labels = { "hubfleet.io/fleet": uuid };
    give(cluster, "Secret", { metadata: { name: "hubfleet-applied", namespace, labels, annotations } });
  };
  interface Pod {
    readonly isReady?: boolean;
    readonly more?: Record<string, string>;
    readonly status?: Record<string, unknown>;
  }
  const pod = (cluster: ClusterMemory, place: string, { isReady = true, more = {}, status = {} }: Pod = {}): void => {
    const [namespace = "", component = "", number = "1"] = place.split("/");
    const conditions = [{ type: "Ready", status: isReady ? "True" : "False" }];
    const labels = { component, "pod-template-hash": "abc", ...more };
    give(cluster, "Pod", {
      metadata: { name: `${component}-abc-${number}`, namespace, labels },
      spec: { nodeName: "one", containers: [{ name: component, image: `image:${number}` }] },
      status: { phase: "Running", conditions, ...status },
    });
  };
  const kubernetes = (): Kubernetes => {
    const at = { server: "https://one.invalid", certificateAuthority: undefined };
    return createKubernetesMemory({
      contexts: [
        { context: "cloud", ...at, cluster: cloud },
        { context: "campus", ...at, cluster: campus },
      ],
    });
  };
  const look = (
    connecting: Kubernetes = kubernetes(),
    limitMilliseconds = 5_000,
    { uuid, clusters, hubs } = builder.build(),
  ): Promise<readonly HubStatus[]> => {
    const world = { kubernetes: connecting, helm: () => ({}) as Helm };
    const remotes = openRemoteHubs({ clusters }, [...hubs.values()], world);
    return remoteStatus({ fleetUuid: uuid, remotes, clock: createClockMemory(), signal: never, limitMilliseconds });
  };
  const health = (all: readonly HubStatus[]): Record<string, string> =>
    Object.fromEntries(all.map((one) => [one.hub, `${one.health}${one.reason === "" ? "" : `: ${one.reason}`}`]));

  beforeEach(() => {
    cloud = createClusterMemory();
    campus = createClusterMemory();
    for (const [cluster, name] of [
      [cloud, "alpha"],
      [campus, "beta"],
    ] as const)
      space(cluster, name);
  });

  it("shows what a healthy hub runs, and who uses it", async () => {
    applied(cloud, "alpha", { alpha: 1 });
    pod(cloud, "alpha/hub");
    pod(cloud, "alpha/proxy");
    pod(cloud, "alpha/singleuser-server/1", { more: { "hub.jupyter.org/username": "ada" } });
    pod(cloud, "alpha/singleuser-server/2", { more: { "hub.jupyter.org/username": "ada" } });
    pod(cloud, "alpha/dask-scheduler", { more: { "gateway.dask.org/cluster": "one" } });
    pod(cloud, "alpha/dask-worker", { more: { "gateway.dask.org/cluster": "one" } });

    const [alpha] = await look();

    expect(alpha).toMatchObject({
      ...{
        hub: "alpha",
        cluster: "cloud",
        health: "healthy",
        reason: "",
        runs: "2026.11.20-1",
        bundle: "2026.11.20-1",
      },
      ...{ since: "2026-11-21T09:00:00Z", users: 1, servers: 2, daskClusters: 1, url: "http://alpha.example.org/" },
      ...{ olderServers: 1, jupyterhub: "5.5.0" },
    });
  });

  it("tells what was never applied from what is there and not ours", async () => {
    pod(campus, "beta/hub");
    pod(campus, "beta/proxy");

    expect(health(await look())).toEqual({
      alpha: 'absent: not applied to cluster "cloud"',
      beta: 'absent: namespace "beta" has a hub that hubfleet did not put there',
    });
  });

  it("says why a part does not run, and that none does", async () => {
    applied(cloud, "alpha", { alpha: 1, "alpha-dask-gateway": 1 });
    for (const part of ["proxy", "controller", "traefik"]) pod(cloud, `alpha/${part}`);
    const waiting = { reason: "InvalidImageName", message: "no" };
    pod(cloud, "alpha/hub", {
      isReady: false,
      status: { phase: "Pending", containerStatuses: [{ name: "hub", state: { waiting } }] },
    });
    applied(campus, "beta", { beta: 1 });

    expect(health(await look())).toEqual({
      alpha: 'degraded: deployment hub: "image:1" is no name of an image: no',
      beta: "stopped: there is no pod of the hub; there is no pod of the proxy",
    });
  });

  it("counts the gateway's parts where its release was installed", async () => {
    applied(cloud, "alpha", { alpha: 1, "alpha-dask-gateway": 1 });
    for (const part of ["hub", "proxy", "controller", "traefik"]) pod(cloud, `alpha/${part}`);

    expect(health(await look())).toMatchObject({ alpha: "degraded: there is no pod of the gateway" });
  });

  it("does not take a user's trouble for the hub's", async () => {
    applied(cloud, "alpha", { alpha: 1 });
    pod(cloud, "alpha/hub");
    pod(cloud, "alpha/proxy");
    pod(cloud, "alpha/singleuser-server", { isReady: false, status: { phase: "Pending" } });

    expect(health(await look())).toMatchObject({ alpha: "healthy" });
  });

  it("shows the others where a cluster does not answer", async () => {
    cloud.failure = "CLUSTER_UNREACHABLE";
    applied(campus, "beta", { beta: 1 });
    pod(campus, "beta/hub");
    pod(campus, "beta/proxy");

    expect(health(await look())).toEqual({
      alpha: 'unknown: cluster "cloud" does not answer: it was told not to',
      beta: "healthy",
    });
  });

  it("does not wait for a cluster that says nothing", async () => {
    const silent: Kubernetes = {
      connect: async (target) =>
        target.name === "cloud" ? new Promise<never>(() => {}) : kubernetes().connect(target),
    };

    expect(health(await look(silent, 20))).toMatchObject({
      alpha: 'unknown: cluster "cloud" did not answer within 0.02 s',
      beta: 'absent: not applied to cluster "campus"',
    });
  });

  it("says how a hub is where asking why takes too long", async () => {
    applied(cloud, "alpha", { alpha: 1 });
    pod(cloud, "alpha/proxy");
    pod(cloud, "alpha/hub", { isReady: false });
    const slow: Kubernetes = {
      connect: async (target) => ({
        ...(await kubernetes().connect(target)),
        events: () => new Promise<never>(() => {}),
      }),
    };

    expect(health(await look(slow, 20))).toMatchObject({ alpha: "degraded: the pod of the hub is not ready yet" });
  });

  it("looks into the hubs' namespaces where one may look into no others", async () => {
    const charts = { jupyterhub: { version: "4.4.0" } };
    const fleet = builder
      .withHub("gamma", { cluster: "cloud", charts, access: login, domain: "gamma.example.org" })
      .build();
    space(cloud, "gamma");
    cloud.forbids = ({ namespace }) => namespace === undefined;
    applied(cloud, "alpha", { alpha: 1 });
    pod(cloud, "alpha/hub");
    pod(cloud, "alpha/proxy");

    expect(health(await look(kubernetes(), 5_000, fleet))).toMatchObject({
      alpha: "healthy",
      gamma: 'absent: not applied to cluster "cloud"',
    });
  });
});

import { createHelmMemory } from "../../../src/adapters/helm/helm-memory.ts";
import { createHubApiMemory, type PretendedHub } from "../../../src/adapters/hub-api/hub-api-memory.ts";
import { type ClusterMemory, createClusterMemory } from "../../../src/adapters/kubernetes/cluster-memory.ts";
import { createKubernetesMemory } from "../../../src/adapters/kubernetes/kubernetes-memory.ts";
import { createStateFilesMemory } from "../../../src/adapters/state-files/state-files-memory.ts";
import type { Fleet } from "../../../src/fleet/fleet.ts";
import type { Reach } from "../../../src/operate/kubernetes/reach.ts";
import { openRemoteHubs, type RemoteHub } from "../../../src/operate/kubernetes/remote-hubs.ts";
import type { LocalWorld } from "../../../src/ports/local-world.ts";
import type { FleetBuilder } from "../a-fleet.ts";
import { aKubernetesFleet } from "../a-kubernetes-hub.ts";
import { aLocalWorld, type PretendedMachine } from "../a-local-world.ts";

type Keys = Readonly<Record<string, unknown>>;

export interface PretendedRemote {
  readonly written: FleetBuilder;
  readonly fleet: Fleet;
  readonly remote: RemoteHub;
  readonly cluster: ClusterMemory;
  readonly machine: PretendedMachine;
  /** The machine with the interface of the pretended hub. */
  readonly world: LocalWorld;
  readonly hub: PretendedHub;
  /** The way to that hub. `open`: how many of them are open now. */
  readonly reach: Reach;
  readonly ways: { open: number };
  /** Puts an object where the hub's others are. */
  give(kind: string, name: string, rest?: Keys): void;
  /** A pod of a component, or with `user` the pod of a user's server, which runs. */
  pod(name: string, of: { readonly component: string; readonly user?: string; readonly phase?: string }): void;
}

export const namespace = "alpha";

/** The hub "alpha" on a cluster in memory, with the pods of its charts, and ada's server. */
export async function aRemoteHub(keys: Keys = {}): Promise<PretendedRemote> {
  const machine = aLocalWorld();
  const written = aKubernetesFleet(keys);
  const fleet = written.build();
  const kinds = [{ apiVersion: "gateway.dask.org/v1alpha1", kind: "DaskCluster", isNamespaced: true }];
  const cluster = createClusterMemory({ now: () => machine.clock.now(), kinds });
  const address = { context: "cloud", server: "https://cloud.example.org:6443", certificateAuthority: undefined };
  machine.contexts.push({ ...address, cluster });
  const kubernetes = createKubernetesMemory({ contexts: machine.contexts });
  const helm = createHelmMemory({ major: "4", charts: {} });
  const [remote] = openRemoteHubs(fleet, [...fleet.hubs.values()], { kubernetes, helm: () => helm });
  if (remote === undefined) throw new Error("there is a hub alpha");
  const files = createStateFilesMemory({ "/current.json": JSON.stringify(current) });
  const hubApi = createHubApiMemory({ files, clock: machine.clock });
  const hub = hubApi.addHub({ url: "http://127.0.0.1:18081/", token: "operator", current: "/current.json" });
  await hub.start();
  const ways = { open: 0 };
  const give: PretendedRemote["give"] = (kind, name, rest = {}) => {
    const { labels, annotations, ...fields } = rest as Readonly<
      Partial<Record<"labels" | "annotations", Readonly<Record<string, string>>>>
    >; // of any other field the twin takes what it gets
    const apiVersion = kind === "Deployment" ? "apps/v1" : "v1";
    const place = kind === "Namespace" ? {} : { namespace };
    const metadata = { name, ...place, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
    cluster.give({ apiVersion, kind, metadata, ...fields }, { manager: "charts", takesOver: true, isTrial: false });
  };
  const pod: PretendedRemote["pod"] = (name, { component, user, phase = "Running" }) =>
    give("Pod", name, {
      labels: component.includes("/") ? dask(component) : { component },
      ...(user === undefined ? {} : { annotations: { "hub.jupyter.org/username": user } }),
      spec: { containers: [{ name: user === undefined ? component.replace(/^.*\//, "") : "notebook" }] },
      status: { phase, conditions: [{ type: "Ready", status: phase === "Running" ? "True" : "False" }] },
    });
  give("Namespace", namespace);
  pod("hub-1", { component: "hub" });
  pod("proxy-1", { component: "proxy" });
  pod("jupyter-ada", { component: "singleuser-server", user: "ada" });
  for (const component of ["gateway", "controller", "traefik"])
    pod(`${component}-1`, { component: `dask/${component}` });
  for (const name of [
    "hub",
    "proxy",
    ...["api", "controller", "traefik"].map((part) => `${part}-alpha-dask-gateway`),
  ]) {
    const status = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
    give("Deployment", name, { spec: { replicas: 1, selector: { matchLabels: { component: name } } }, status });
  }
  give("Secret", "hubfleet-made", { data: { operatorToken: Buffer.from("operator").toString("base64") } });
  return {
    ...{ written, fleet, remote, cluster, machine, hub, ways, give, pod },
    world: { ...machine, hubApi },
    async reach() {
      ways.open += 1;
      return { address: { url: hub.url, token: "operator" }, close: async () => void (ways.open -= 1) };
    },
  };
}

const current = {
  access: { everyone: false, users: ["ada", "grace"], admins: [] },
  profiles: [{ id: "lab", notebookImage: "lab", notebookEnvironment: "" }],
};

function dask(component: string): Readonly<Record<string, string>> {
  return {
    "app.kubernetes.io/instance": "alpha-dask-gateway",
    "app.kubernetes.io/component": component.replace("dask/", ""),
  };
}

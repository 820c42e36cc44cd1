import { createHash } from "node:crypto";

import type { RenderChart } from "../../src/adapters/helm/helm-memory.ts";
import type { ClusterMemory } from "../../src/adapters/kubernetes/cluster-memory.ts";
import type { HubAddress, HubState, HubSync, HubUseLines } from "../../src/ports/hub-api.ts";
import type { KubernetesObject } from "../../src/ports/kubernetes.ts";
import { HubfleetError } from "../../src/errors/hubfleet-error.ts";
import type { PretendedMachine } from "./a-local-world.ts";

/** What the jupyterhub chart makes, and what a cluster makes of that at once: every pod runs, and its values are in a Secret. */
export const pretendedHubChart: RenderChart = ({ release, values }) => [
  deployment("hub", release.name),
  deployment("proxy", release.name),
  {
    ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "hub", labels: { component: "hub" } } },
    data: { "values.yaml": Buffer.from(JSON.stringify(values)).toString("base64") },
  },
  pod("hub"),
  pod("proxy"),
];

function deployment(name: string, release: string): KubernetesObject {
  return {
    ...{ apiVersion: "apps/v1", kind: "Deployment" },
    metadata: { name, annotations: { "meta.helm.sh/release-name": release } },
    spec: { replicas: 1, selector: { matchLabels: { component: name } } },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
  };
}

function pod(component: string): KubernetesObject {
  return {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name: `${component}-0`, labels: { component } } },
    status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
  };
}

export interface AnsweringHubs {
  /** Which namespaces were asked to read it, in their order. */
  readonly synced: string[];
  /** Namespace → what its hub wrote down of its users' servers; each counts that. */
  readonly used: Map<string, string[]>;
  /** Namespaces whose hubs do not answer. */
  readonly silent: Set<string>;
}

/** From now on hubs on the machine's clusters answer, each to its own token, as hubs do that read their Secret at once. */
export function answerAsHubs(machine: PretendedMachine): AnsweringHubs {
  const synced: string[] = [];
  const used = new Map<string, string[]>();
  const silent = new Set<string>();
  const find = ({ url, token }: HubAddress): { readonly namespace: string; readonly current: string } => {
    for (const { cluster } of machine.contexts) {
      const made = cluster
        .select({ apiVersion: "v1", kind: "Secret" })
        .find(({ metadata, ...one }) => metadata.name === "hubfleet-made" && decoded(one, "operatorToken") === token);
      const namespace = made?.metadata.namespace;
      if (namespace !== undefined && !silent.has(namespace))
        return { namespace, current: liveText(cluster, namespace) };
    }
    throw new HubfleetError("HUB_UNREACHABLE", { message: `${url} answers 403 Forbidden`, retry: "later" });
  };
  Object.assign(machine.hubApi, {
    isHealthy: async () => true,
    state: async (address: HubAddress): Promise<HubState> => {
      const current = digestOf(find(address).current);
      return { version: "5.5.4", current, users: [], limitsEnforced: true, limitsReason: "" };
    },
    use: async (address: HubAddress, since: Date): Promise<HubUseLines> => {
      const lines = used.get(find(address).namespace) ?? [];
      return { servers: lines.filter((line) => line.slice(7) >= since.toISOString()).join(""), dask: undefined };
    },
    sync: async (address: HubAddress): Promise<HubSync> => {
      const { namespace, current } = find(address);
      synced.push(namespace);
      const nobody = { removedUsers: [], demotedAdmins: [], stoppedServers: [], revokedTokens: 0 };
      return { current: digestOf(current), ...nobody };
    },
  });
  return { synced, used, silent };
}

/** The live settings that a hub's pod sees. */
export function liveText(cluster: ClusterMemory, namespace: string): string {
  const secret = cluster.find({ apiVersion: "v1", kind: "Secret", namespace, name: "hubfleet-current" });
  return decoded(secret, "current.json") ?? "";
}

/** A value of a Secret, as text. */
export function decoded(secret: object | undefined, key: string): string | undefined {
  const { data = {} } = Object(secret) as { readonly data?: Readonly<Record<string, string>> }; // as the API has it
  return data[key] === undefined ? undefined : Buffer.from(data[key], "base64").toString();
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

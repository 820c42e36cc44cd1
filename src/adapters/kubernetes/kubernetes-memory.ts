import { once } from "node:events";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type {
  ClusterAddress,
  ClusterConnection,
  ContainerReference,
  Deed,
  Kubernetes,
  ObjectKind,
} from "../../ports/kubernetes.ts";
import { checkAddress } from "./check-address.ts";
import type { ClusterMemory } from "./cluster-memory.ts";
import { listenForward } from "./listen-forward.ts";
import { nameOf } from "./object-places.ts";

export interface KubernetesMemoryProps {
  /** What each context of the pretended kubeconfig leads to. */
  readonly contexts: readonly (ClusterAddress & { readonly cluster: ClusterMemory })[];
  /** @default "hubfleet" */
  readonly manager?: string;
}

/** The twin: clusters in memory, behind contexts as in a kubeconfig. */
export function createKubernetesMemory({ contexts, manager = "hubfleet" }: KubernetesMemoryProps): Kubernetes {
  return {
    async connect(target) {
      const found = contexts.find(({ context }) => context === target.context);
      if (found === undefined) {
        const known = contexts.map(({ context }) => `"${context}"`).join(", ");
        throw new HubfleetError("KUBECONFIG_UNUSABLE", {
          message: `the kubeconfig has no context "${target.context}"`,
          hint: `it has ${known}; name the one that is meant as \`context:\` of the cluster's file`,
          retry: "later",
        });
      }
      const { cluster, ...address } = found;
      checkAddress(target, address);
      return connect(target.name, address, { cluster, manager });
    },
  };
}

function connect(
  name: string,
  address: ClusterAddress,
  { cluster, manager }: { readonly cluster: ClusterMemory; readonly manager: string },
): ClusterConnection {
  const begin = (signal: AbortSignal): void => {
    signal.throwIfAborted();
    if (cluster.failure === undefined) return;
    throw new HubfleetError(cluster.failure, {
      message: `cluster "${name}" does not answer: it was told not to`,
      retry: "later",
    });
  };
  const allow = (signal: AbortSignal, verb: string, what: Omit<Deed, "verb">): void => {
    begin(signal);
    if (!cluster.forbids({ verb, ...what })) return;
    throw new HubfleetError("CLUSTER_DENIED", {
      message: `cluster "${name}" refused to ${verb} ${what.resource}: user "${cluster.identity.user}" cannot ${verb} resource "${what.resource}"`,
      retry: "later",
    });
  };
  const allowContainer = (
    signal: AbortSignal,
    verb: string,
    { container, part }: { readonly container: ContainerReference; readonly part: string },
  ): void => {
    const { namespace, pod } = container;
    allow(signal, verb, { group: "", resource: `pods/${part}`, namespace });
    if (cluster.find({ apiVersion: "v1", kind: "Pod", namespace, name: pod }) !== undefined) return;
    throw new HubfleetError("OBJECT_ABSENT", {
      message: `cluster "${name}" has no ${nameOf({ kind: "pod", name: pod, namespace })}`,
    });
  };
  return {
    address,
    async version(signal) {
      begin(signal);
      return cluster.version;
    },
    async identity(signal) {
      begin(signal);
      return cluster.identity;
    },
    async permissions(deeds, signal) {
      begin(signal);
      return deeds.map((deed) => ({ deed, isAllowed: !cluster.forbids(deed), reason: "" }));
    },
    async get(reference, signal) {
      allow(signal, "get", { ...resourceOf(reference), namespace: reference.namespace });
      return cluster.find(reference);
    },
    async keepers(reference, signal) {
      allow(signal, "get", { ...resourceOf(reference), namespace: reference.namespace });
      return cluster.keepers(reference);
    },
    async list(query, signal) {
      allow(signal, "list", { ...resourceOf(query), namespace: query.namespace });
      return cluster.select(query);
    },
    async listMetadata(query, signal) {
      allow(signal, "list", { ...resourceOf(query), namespace: query.namespace });
      return cluster.select(query).map(({ metadata }) => metadata);
    },
    async apply(object, { takesOver = false, isTrial = false, manager: other = manager }, signal) {
      allow(signal, "patch", { ...resourceOf(object), namespace: object.metadata.namespace });
      return cluster.give(object, { manager: other, takesOver, isTrial });
    },
    async delete(reference, signal) {
      allow(signal, "delete", { ...resourceOf(reference), namespace: reference.namespace });
      return cluster.take(reference);
    },
    async podLogs(container, { lines, isPrevious = false }, signal) {
      allowContainer(signal, "get", { container, part: "log" });
      const kept = cluster.logs.get(`${container.namespace}/${container.pod}${isPrevious ? " before" : ""}`);
      if (kept === undefined && isPrevious) {
        throw new HubfleetError("OBJECT_REFUSED", {
          message: `cluster "${name}": ${container.pod} was never restarted`,
        });
      }
      const text = kept ?? "";
      if (lines === undefined) return text;
      return text
        .split(/(?<=\n)/)
        .slice(-lines)
        .join("");
    },
    async events(namespace, signal) {
      allow(signal, "list", { group: "", resource: "events", namespace });
      return cluster.events
        .filter(({ about }) => about.namespace === namespace)
        .sort((left, right) => left.at.getTime() - right.at.getTime());
    },
    async exec(container, command, signal) {
      allowContainer(signal, "create", { container, part: "exec" });
      const result = cluster.exec(container, command);
      if (result !== undefined) return result;
      throw new HubfleetError("OBJECT_REFUSED", {
        message: `cluster "${name}" could not run "${command[0] ?? ""}": there is no such command`,
        retry: "later",
      });
    },
    async forward({ port, ...container }, signal) {
      allowContainer(signal, "create", { container, part: "portforward" });
      return listenForward(async (client) => {
        const take = cluster.listeners.get(`${container.namespace}/${container.pod}:${port}`);
        if (take === undefined) return;
        take(client);
        await once(client, "close");
      }, signal);
    },
  };
}

/** "configmaps" of ConfigMap: the plurals of the built-in kinds are that regular. */
function resourceOf({ apiVersion, kind }: ObjectKind): { readonly group: string; readonly resource: string } {
  const [group = "", version] = apiVersion.split("/");
  const plural = kind
    .toLowerCase()
    .replace(/y$/, "ie")
    .replace(/(?:ss)$/, "sse");
  return { group: version === undefined ? "" : group, resource: `${plural}s` };
}

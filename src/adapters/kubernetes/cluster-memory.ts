import type { Socket } from "node:net";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type {
  ClusterEvent,
  ClusterIdentity,
  ContainerReference,
  Deed,
  ExecResult,
  FieldKeeper,
  KubernetesObject,
  ObjectKind,
  ObjectQuery,
  ObjectReference,
} from "../../ports/kubernetes.ts";
import { composeObject, fieldsOf, findConflicts, giveFields, type Owners } from "./memory-fields.ts";
import { byNamespaceAndName } from "./object-order.ts";
import { nameOf } from "./object-places.ts";

/** A cluster in memory: its objects, with who gave which field of them, and what its containers would say. */
export interface ClusterMemory {
  readonly version: string;
  readonly identity: ClusterIdentity;
  /** Set to a code that every call then ends with. */
  failure: "CLUSTER_UNREACHABLE" | "CLUSTER_LOGIN" | undefined;
  /** What its operator may not do. */
  forbids: (deed: Deed) => boolean;
  readonly events: ClusterEvent[];
  /** By "namespace/pod"; with " before" behind it, of before the last restart. */
  readonly logs: Map<string, string>;
  exec: (container: ContainerReference, command: readonly string[]) => ExecResult | undefined;
  /** What takes connections, by "namespace/pod:port"; the `connection` of an HTTP server fits. */
  readonly listeners: Map<string, (client: Socket) => void>;
  find(reference: ObjectReference): KubernetesObject | undefined;
  keepers(reference: ObjectReference): readonly FieldKeeper[];
  select(query: ObjectQuery): readonly KubernetesObject[];
  give(object: KubernetesObject, how: GiveOptions): KubernetesObject;
  take(reference: ObjectReference): boolean;
}

export interface GiveOptions {
  readonly manager: string;
  readonly takesOver: boolean;
  readonly isTrial: boolean;
}

export interface ClusterMemoryProps {
  readonly version?: string;
  readonly identity?: ClusterIdentity;
  readonly now?: () => Date;
  /** Kinds beside the built-in ones, as CRDs bring them. */
  readonly kinds?: readonly (ObjectKind & { readonly isNamespaced: boolean })[];
}

interface Entry {
  readonly object: KubernetesObject;
  readonly owners: Owners;
  /** When each manager gave its fields last. */
  readonly times: ReadonlyMap<string, Date>;
}

const inNamespaces =
  "v1/ConfigMap v1/Secret v1/Pod v1/Service v1/ServiceAccount v1/PersistentVolumeClaim v1/Event v1/ResourceQuota " +
  "apps/v1/Deployment apps/v1/StatefulSet apps/v1/DaemonSet apps/v1/ReplicaSet batch/v1/Job batch/v1/CronJob " +
  "coordination.k8s.io/v1/Lease networking.k8s.io/v1/Ingress networking.k8s.io/v1/NetworkPolicy policy/v1/PodDisruptionBudget " +
  "rbac.authorization.k8s.io/v1/Role rbac.authorization.k8s.io/v1/RoleBinding";
const everywhere =
  "v1/Namespace v1/Node v1/PersistentVolume storage.k8s.io/v1/StorageClass scheduling.k8s.io/v1/PriorityClass " +
  "apiextensions.k8s.io/v1/CustomResourceDefinition rbac.authorization.k8s.io/v1/ClusterRole rbac.authorization.k8s.io/v1/ClusterRoleBinding";

const validName = /^[a-z0-9](?:[-a-z0-9.:]*[a-z0-9])?$/;

export function createClusterMemory(props: ClusterMemoryProps = {}): ClusterMemory {
  const { now = () => new Date(0) } = props;
  const entries = new Map<string, Entry>();
  const kinds = new Map<string, boolean>([
    ...inNamespaces.split(" ").map((kind): [string, boolean] => [kind, true]),
    ...everywhere.split(" ").map((kind): [string, boolean] => [kind, false]),
    ...(props.kinds ?? []).map(({ apiVersion, kind, isNamespaced }): [string, boolean] => [
      `${apiVersion}/${kind}`,
      isNamespaced,
    ]),
  ]);
  let writes = 0;

  const isNamespaced = ({ apiVersion, kind }: ObjectKind): boolean => {
    const answer = kinds.get(`${apiVersion}/${kind}`);
    if (answer !== undefined) return answer;
    throw new HubfleetError("KIND_UNKNOWN", {
      message: `the cluster has no objects of the kind ${kind} (${apiVersion})`,
    });
  };
  const keyOf = (reference: ObjectReference): string =>
    JSON.stringify([
      reference.apiVersion,
      reference.kind,
      isNamespaced(reference) ? (reference.namespace ?? "") : "",
      reference.name,
    ]);
  const stamp = (): { readonly resourceVersion: string } => ({ resourceVersion: `${(writes += 1)}` });
  const give: ClusterMemory["give"] = (object, { manager, takesOver, isTrial }) => {
    const { name, namespace } = object.metadata;
    const reference = { ...object, name, namespace };
    const key = keyOf(reference);
    const refuse = (words: string): HubfleetError =>
      new HubfleetError("OBJECT_REFUSED", { message: `the cluster refused to apply ${nameOf(reference)}: ${words}` });
    if (!validName.test(name)) throw refuse(`metadata.name: Invalid value: "${name}"`);
    const space = { apiVersion: "v1", kind: "Namespace", name: namespace ?? "" };
    if (isNamespaced(object) && !entries.has(keyOf(space))) throw refuse(`namespaces "${namespace}" not found`);

    const before = entries.get(key);
    const { resourceVersion: expected } = object.metadata;
    if (expected !== undefined && before?.object.metadata.resourceVersion !== expected) {
      throw new HubfleetError("OBJECT_CONFLICT", {
        message: `the cluster refused to apply ${nameOf(reference)}: the object has been modified`,
        retry: "later",
      });
    }
    const fields = fieldsOf(object);
    const conflicts = takesOver ? [] : findConflicts(before?.owners ?? new Map(), manager, fields);
    if (conflicts.length > 0) {
      const words = conflicts.map((conflict) => `${conflict.field} of "${conflict.manager}"`).join(", ");
      throw new HubfleetError("OBJECT_CONFLICT", {
        message: `the cluster refused to apply ${nameOf(reference)}: conflict with ${words}`,
        retry: "later",
      });
    }
    const owners = withStatus(giveFields(before?.owners ?? new Map(), manager, fields), object);
    const base = before?.object ?? {
      ...object,
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        uid: crypto.randomUUID(),
        creationTimestamp: now().toISOString(),
      },
    };
    const composed = composeObject(base, owners);
    if (before !== undefined && JSON.stringify(composed) === JSON.stringify(before.object)) return before.object;
    if (isTrial) return composed;
    const metadata = { ...composed.metadata, ...stamp(), ...generationOf(composed, before?.object) };
    const after = { ...composed, metadata };
    entries.set(key, { object: after, owners, times: new Map([...(before?.times ?? []), [manager, now()]]) });
    collectDeleted(key);
    for (const { apiVersion, kind, isNamespaced: isWithin } of kindsOf(after))
      kinds.set(`${apiVersion}/${kind}`, isWithin);
    return after;
  };
  /** What was asked to go, goes when its last finalizer has. */
  const collectDeleted = (key: string): void => {
    const { metadata } = entries.get(key)?.object ?? {};
    if (metadata?.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0) entries.delete(key);
  };

  for (const name of ["default", "kube-system"]) {
    give(
      { apiVersion: "v1", kind: "Namespace", metadata: { name } },
      { manager: "cluster", takesOver: false, isTrial: false },
    );
  }
  return {
    version: props.version ?? "1.34.4",
    identity: props.identity ?? { user: "operator", groups: ["system:authenticated"] },
    failure: undefined,
    forbids: () => false,
    events: [],
    logs: new Map(),
    exec: () => undefined,
    listeners: new Map(),
    give,
    find: (reference) => entries.get(keyOf(reference))?.object,
    keepers(reference) {
      const { owners, times } = entries.get(keyOf(reference)) ?? {};
      return [...(owners ?? [])].map(([manager, fields]) => ({
        ...{ manager, at: times?.get(manager) ?? new Date(0), isStatus: false },
        paths: [...fields.keys()].map((path) => JSON.parse(path) as string[]), // memory-fields wrote it
      }));
    },
    select(query) {
      isNamespaced(query);
      return [...entries.values()]
        .map(({ object }) => object)
        .filter(({ apiVersion, kind }) => apiVersion === query.apiVersion && kind === query.kind)
        .filter(({ metadata }) => query.namespace === undefined || metadata.namespace === query.namespace)
        .filter(({ metadata }) =>
          Object.entries(query.labels ?? {}).every(([key, value]) => metadata.labels?.[key] === value),
        )
        .sort(byNamespaceAndName);
    },
    take(reference) {
      const key = keyOf(reference);
      const entry = entries.get(key);
      if (entry === undefined) return false;
      const metadata = { ...entry.object.metadata, deletionTimestamp: now().toISOString(), ...stamp() };
      for (const { apiVersion, kind } of kindsOf(entry.object)) kinds.delete(`${apiVersion}/${kind}`);
      entries.set(key, { ...entry, object: { ...entry.object, metadata } });
      collectDeleted(key);
      return true;
    },
  };
}

/** What the cluster itself says of a definition: here it serves it at once. */
function withStatus(owners: Owners, object: KubernetesObject): Owners {
  if (object.kind !== "CustomResourceDefinition") return owners;
  const { apiVersion, kind, metadata } = object;
  const status = { conditions: [{ type: "Established", status: "True" }] };
  return giveFields(owners, "cluster", fieldsOf({ apiVersion, kind, metadata: { name: metadata.name }, status }));
}

function generationOf(now: KubernetesObject, before: KubernetesObject | undefined): { readonly generation?: number } {
  if (now["spec"] === undefined) return {};
  const { generation = 0 } = before?.metadata ?? {};
  return { generation: generation + (JSON.stringify(now["spec"]) === JSON.stringify(before?.["spec"]) ? 0 : 1) };
}

/** The kinds that a custom resource definition brings; the twin has them at once. */
function kindsOf(object: KubernetesObject): readonly (ObjectKind & { readonly isNamespaced: boolean })[] {
  if (object.kind !== "CustomResourceDefinition") return [];
  const { group, scope, names, versions } = object["spec"] as {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string }[];
  }; // as the API has it
  return versions.map(({ name }) => ({
    ...{ apiVersion: `${group}/${name}`, kind: names.kind },
    isNamespaced: scope === "Namespaced",
  }));
}

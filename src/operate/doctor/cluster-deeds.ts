import type { Deed } from "../../ports/kubernetes.ts";

/** What hubfleet, and Helm in its name, does with one kind of thing of a cluster. */
export interface ClusterNeed {
  readonly resource: string;
  readonly group: string;
  readonly verbs: readonly string[];
  /** Of the whole cluster: no role in a namespace gives it. */
  readonly isClusterWide?: true;
  /** What cannot be done without, in the operator's words. */
  readonly what: string;
}

const change = ["get", "list", "create", "patch", "update", "delete"];

/** Everything that is asked of a cluster, wherever its hubs are: the charts' objects, our own, and what explains a failure. */
export const clusterNeeds: readonly ClusterNeed[] = [
  {
    resource: "namespaces",
    isClusterWide: true,
    group: "",
    verbs: ["get", "list", "create", "patch", "delete"],
    what: "a namespace for each hub",
  },
  { resource: "secrets", group: "", verbs: change, what: "releases of Helm, passwords of hubs" },
  { resource: "configmaps", group: "", verbs: change, what: "settings of hubs" },
  { resource: "services", group: "", verbs: change, what: "addresses of hubs" },
  { resource: "serviceaccounts", group: "", verbs: change, what: "identities of hubs" },
  { resource: "persistentvolumeclaims", group: "", verbs: change, what: "disks of hubs and users" },
  {
    resource: "pods",
    group: "",
    verbs: ["get", "list", "create", "patch", "delete"],
    what: "whether hubs run, pulling images",
  },
  { resource: "pods/log", group: "", verbs: ["get"], what: "logs, and why something does not run" },
  // A websocket begins with a GET, which older clusters see as the whole deed; newer ones ask for both.
  { resource: "pods/exec", group: "", verbs: ["get", "create"], what: "commands in a hub" },
  { resource: "pods/portforward", group: "", verbs: ["get", "create"], what: "the way to a hub" },
  { resource: "events", group: "", verbs: ["list"], what: "why something does not run" },
  { resource: "nodes", isClusterWide: true, group: "", verbs: ["get", "list"], what: "whether pods find room" },
  { resource: "deployments", group: "apps", verbs: change, what: "hubs and their proxies" },
  { resource: "statefulsets", group: "apps", verbs: change, what: "places kept free for users" },
  { resource: "daemonsets", group: "apps", verbs: change, what: "what charts run on every node" },
  { resource: "jobs", group: "batch", verbs: change, what: "steps that run once" },
  { resource: "roles", group: "rbac.authorization.k8s.io", verbs: change, what: "what hubs may do" },
  { resource: "rolebindings", group: "rbac.authorization.k8s.io", verbs: change, what: "what hubs may do" },
  {
    resource: "clusterroles",
    isClusterWide: true,
    group: "rbac.authorization.k8s.io",
    verbs: change,
    what: "Dask Gateway's controller",
  },
  {
    resource: "clusterrolebindings",
    isClusterWide: true,
    group: "rbac.authorization.k8s.io",
    verbs: change,
    what: "Dask Gateway's controller",
  },
  { resource: "networkpolicies", group: "networking.k8s.io", verbs: change, what: "who may talk to whom" },
  { resource: "ingresses", group: "networking.k8s.io", verbs: change, what: "addresses of hubs" },
  { resource: "poddisruptionbudgets", group: "policy", verbs: change, what: "hubs while nodes are drained" },
  {
    resource: "leases",
    group: "coordination.k8s.io",
    verbs: ["get", "create", "patch", "update", "delete"],
    what: "one apply at a time",
  },
  {
    resource: "customresourcedefinitions",
    isClusterWide: true,
    group: "apiextensions.k8s.io",
    verbs: ["get", "create", "patch"],
    what: "Dask Gateway's own kinds",
  },
  {
    resource: "storageclasses",
    isClusterWide: true,
    group: "storage.k8s.io",
    verbs: ["list"],
    what: "which disks there are",
  },
];

/** One question for each verb; without a namespace: everywhere in the cluster. */
export function deedsOf({ resource, group, verbs }: ClusterNeed, namespace?: string): readonly Deed[] {
  return verbs.map((verb) => ({ verb, group, resource, ...(namespace === undefined ? {} : { namespace }) }));
}

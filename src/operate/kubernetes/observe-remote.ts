import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { HelmRelease } from "../../ports/helm.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import { type AppliedMetadata, readAnnotations, type RemoteApplied } from "../../runtime/kubernetes/remote-applied.ts";
import type { RemoteHub } from "./remote-hubs.ts";

/** A hub as its cluster's metadata have it. */
export interface ObservedRemote {
  /** What hubfleet put in place last; undefined: it never did, or it was taken away. */
  readonly applied: AppliedMetadata | undefined;
  /** What ran the pods of a release and is not there any more, as "Deployment hub". */
  readonly missing: Readonly<Record<string, readonly string[]>>;
  /** Helm's releases in the hub's namespace, whoever installed them. */
  readonly releases: readonly HelmRelease[];
  /** The hub's fields that hubfleet applied; asked for only where something differs. */
  readonly whole: () => Promise<RemoteApplied | undefined>;
}

const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet"] as const;

/** What was seen of a hub, or why nothing was. */
export type Sight =
  | { readonly kind: "seen"; readonly observed: ObservedRemote }
  | { readonly kind: "unseen"; readonly errors: readonly HubfleetError[] };

/** Looks at hubs: a few lists of metadata for each cluster, however many hubs it has, and no secret. Never throws for a cluster. */
export async function observeRemotes(
  fleetUuid: string,
  remotes: readonly RemoteHub[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Sight>> {
  const groups = Map.groupBy(remotes, ({ cluster }) => cluster.name);
  const seen = await Promise.all([...groups.values()].map((some) => observeCluster(fleetUuid, some, signal)));
  return new Map(seen.flat());
}

async function observeCluster(
  fleetUuid: string,
  remotes: readonly RemoteHub[],
  signal: AbortSignal,
): Promise<readonly (readonly [string, Sight])[]> {
  const places = Map.groupBy(remotes, ({ names }) => names.namespace);
  const [only] = places.keys();
  try {
    return await observePlace(places.size === 1 ? only : undefined, remotes, { fleetUuid, signal });
  } catch (thrown) {
    signal.throwIfAborted();
    const mayLookIntoSome = thrown instanceof HubfleetError && thrown.code === "CLUSTER_DENIED" && places.size > 1;
    if (!mayLookIntoSome) return unseen(remotes, thrown);
    const looks = [...places].map(async ([namespace, some]) => {
      try {
        return await observePlace(namespace, some, { fleetUuid, signal });
      } catch (denied) {
        signal.throwIfAborted();
        return unseen(some, denied);
      }
    });
    return (await Promise.all(looks)).flat();
  }
}

function unseen(remotes: readonly RemoteHub[], thrown: unknown): readonly (readonly [string, Sight])[] {
  const errors = fromUnknown(thrown);
  return remotes.map(({ hub }) => [hub.name, { kind: "unseen", errors }]);
}

/** Hubs in one namespace of a cluster, or in all of them. @throws HubfleetError of the cluster */
async function observePlace(
  namespace: string | undefined,
  remotes: readonly RemoteHub[],
  { fleetUuid, signal }: { readonly fleetUuid: string; readonly signal: AbortSignal },
): Promise<readonly (readonly [string, Sight])[]> {
  const [first] = remotes;
  if (first === undefined) return [];
  const connection = await first.connect();
  const labels = { "hubfleet.io/fleet": fleetUuid };
  const [secrets, releases, ...workloads] = await Promise.all([
    connection.listMetadata({ apiVersion: "v1", kind: "Secret", labels, namespace }, signal),
    first.helm.releases(connection, namespace, signal),
    ...workloadKinds.map(async (kind) =>
      (await connection.listMetadata({ apiVersion: "apps/v1", kind, namespace }, signal)).map(
        ({ namespace: place = "", name }) => `${place}/${kind} ${name}`,
      ),
    ),
  ]);
  const there = new Set(workloads.flat());
  return remotes.map((remote) => {
    const { names } = remote;
    const metadata = secrets.find((one) => one.name === names.applied && one.namespace === names.namespace);
    const known = readAnnotations(metadata?.annotations);
    const missing = Object.entries(known?.workloads ?? {}).map(([release, some]) => [
      release,
      some.filter((one) => !there.has(`${names.namespace}/${one}`)),
    ]);
    const observed: ObservedRemote = {
      applied: known,
      missing: Object.fromEntries(missing) as ObservedRemote["missing"], // as the line above makes it
      releases: releases.filter((release) => release.namespace === names.namespace),
      whole: () => readApplied(remote, connection, signal),
    };
    return [remote.hub.name, { kind: "seen", observed }];
  });
}

/** What hubfleet put in place last; undefined: nothing, or what an earlier version wrote in another way. */
export async function readApplied(
  { names }: Pick<RemoteHub, "names">,
  connection: ClusterConnection,
  signal: AbortSignal,
): Promise<RemoteApplied | undefined> {
  const { applied: name, namespace } = names;
  const secret = await connection.get({ apiVersion: "v1", kind: "Secret", name, namespace }, signal);
  const text = secretValue(secret, "applied.json");
  const metadata = readAnnotations(secret?.metadata.annotations);
  if (text === undefined || metadata === undefined) return undefined;
  const kept = JSON.parse(text) as RemoteApplied; // only hubfleet writes there
  return kept.version === 1 ? { ...kept, ...metadata } : undefined;
}

/** A value of a Secret, as text. */
export function secretValue(secret: KubernetesObject | undefined, key: string): string | undefined {
  const { [key]: encoded } = Object(secret?.["data"]) as Readonly<Record<string, string | undefined>>; // a map of texts, as the API has it
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString();
}

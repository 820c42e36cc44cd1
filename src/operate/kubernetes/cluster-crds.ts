import type { Charts } from "../../ports/helm.ts";
import type { ClusterConnection, KubernetesObject, ObjectMetadata } from "../../ports/kubernetes.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import { type CrdNeed, type CrdPlan, planCrds } from "../../plan/plan-crds.ts";
import { type CrdRecord, readAnnotations } from "../../runtime/kubernetes/remote-applied.ts";
import type { RenderedAddOn } from "../../runtime/kubernetes/cluster/add-ons.ts";
import type { RenderedRelease } from "../../runtime/kubernetes/render-hub.ts";
import type { PlannedRemote } from "./plan-remotes.ts";

/** What charts bring in definitions of kinds against what a cluster has. */
export interface ClusterCrds extends CrdPlan {
  /** Charts that are not on this machine, so that nobody knows: "dask-gateway 2026.3.0". */
  readonly unknown: readonly string[];
  /** What is known of a hub's definitions, for its record; undefined: nobody may look at them here. */
  readonly recordOf: (hub: string) => CrdRecord | undefined;
}

export interface ClusterCrdsProps {
  readonly cluster: string;
  readonly fleetUuid: string;
  readonly connection: ClusterConnection;
  readonly charts: () => Promise<Charts>;
  /** Charts that are not here are fetched. Planning never does that. */
  readonly fetches: boolean;
  /** On this cluster. */
  readonly hubs: readonly PlannedRemote[];
  /** Those that are to be changed. */
  readonly addOns: readonly RenderedAddOn[];
  readonly signal: AbortSignal;
}

const crdKind = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
const nothing: Omit<ClusterCrds, "recordOf"> = { changes: [], objects: [], refused: new Map(), unknown: [] };

/**
 * Looks whether a cluster has the definitions that its hubs' charts bring: one list of metadata while nothing changed since
 * each hub was put in place. Charts and definitions are read only where something did.
 */
export async function lookAtCrds(props: ClusterCrdsProps): Promise<ClusterCrds> {
  const { cluster, connection, fleetUuid, hubs, signal } = props;
  const listed = await orNothing(() => connection.listMetadata(crdKind, signal), signal);
  if (listed === undefined) return { ...nothing, recordOf: () => undefined };
  const seen = new Map(listed.map((one) => [one.name, sightOf(one)]));
  const ofHubs = hubs.flatMap((hub) =>
    hub.desired.rendered.releases
      .filter((release) => !isAsRecorded(release, hub.observed.applied?.crds, seen))
      .map((release) => ({ by: `hub/${hub.remote.hub.name}`, release })),
  );
  const ofAddOns = props.addOns.map((release) => ({ by: `add-on ${release.addOn}`, release }));
  const { needs, unknown } = await readNeeds([...ofHubs, ...ofAddOns], props);
  const names = new Set(needs.flatMap(({ definitions }) => definitions.map(({ metadata }) => metadata.name)));
  const found = await Promise.all(
    [...names].filter((name) => seen.has(name)).map((name) => connection.get({ ...crdKind, name }, signal)),
  );
  const there = new Map(found.flatMap((one) => (one === undefined ? [] : [[one.metadata.name, one] as const])));
  const about = { cluster, fleet: fleetUuid, needs, there };
  const rough = planCrds({ ...about, touched: () => [] });
  const plan =
    rough.changes.length === 0
      ? rough
      : planCrds({ ...about, touched: await findTouched(connection, fleetUuid, signal) });
  return { ...plan, unknown, recordOf: (name) => recordOf(name, { hubs, needs, unknown, seen }) };
}

/** Undefined: this operator may not look at the whole cluster. Whoever may sees to definitions. */
async function orNothing(
  list: () => Promise<readonly ObjectMetadata[]>,
  signal: AbortSignal,
): Promise<readonly ObjectMetadata[] | undefined> {
  try {
    return await list();
  } catch (thrown) {
    signal.throwIfAborted();
    if (fromUnknown(thrown).every(({ code }) => code === "CLUSTER_DENIED")) return undefined;
    throw thrown;
  }
}

function isAsRecorded(
  release: RenderedRelease,
  record: CrdRecord | undefined,
  seen: ReadonlyMap<string, string>,
): boolean {
  const kept = record?.[release.release];
  if (kept?.of !== chartKey(release)) return false;
  return Object.entries(kept.seen).every(([name, sight]) => seen.get(name) === sight);
}

type ChartOf = Pick<RenderedRelease, "chart" | "version" | "digest" | "repository">;

async function readNeeds(
  open: readonly { readonly by: string; readonly release: ChartOf }[],
  { charts: openCharts, fetches, signal }: ClusterCrdsProps,
): Promise<{ readonly needs: readonly CrdNeed[]; readonly unknown: readonly string[] }> {
  if (open.length === 0) return { needs: [], unknown: [] };
  const charts = await openCharts();
  const read = new Map<string, readonly KubernetesObject[] | undefined>();
  for (const { release } of open) {
    if (read.has(chartKey(release))) continue;
    const { chart: name, repository, version, digest } = release;
    const reference = { name, repository, version, digest };
    const kept = fetches ? await charts.fetch(reference, signal) : await charts.find(reference, signal);
    read.set(chartKey(release), kept === undefined ? undefined : await charts.crds(kept, signal));
  }
  const needs = open.flatMap(({ by, release }): CrdNeed[] => {
    const definitions = read.get(chartKey(release)) ?? [];
    return definitions.length === 0 ? [] : [{ by, chart: `${release.chart} ${release.version}`, definitions }];
  });
  const absent = open.filter(({ release }) => read.get(chartKey(release)) === undefined);
  return { needs, unknown: [...new Set(absent.map(({ release: { chart, version } }) => `${chart} ${version}`))] };
}

/** Whom definitions touch: hubs of this fleet by name, those of others by number. Asked only where something changes. */
async function findTouched(
  connection: ClusterConnection,
  fleetUuid: string,
  signal: AbortSignal,
): Promise<(definition: string) => readonly string[]> {
  const query = { apiVersion: "v1", kind: "Secret", labels: { "app.kubernetes.io/managed-by": "hubfleet" } };
  const secrets = await orNothing(() => connection.listMetadata(query, signal), signal);
  const hubs = (secrets ?? []).flatMap(({ labels, annotations }) => {
    const { crds = {} } = readAnnotations(annotations) ?? {};
    const names = Object.values(crds).flatMap(({ seen }) => Object.keys(seen));
    return [{ names, hub: labels?.["hubfleet.io/hub"] ?? "", isOurs: labels?.["hubfleet.io/fleet"] === fleetUuid }];
  });
  return (definition) => {
    const users = hubs.filter(({ names }) => names.includes(definition));
    const others = users.filter(({ isOurs }) => !isOurs).length;
    return [
      ...users.filter(({ isOurs }) => isOurs).map(({ hub }) => `hub/${hub}`),
      ...(others === 0 ? [] : [`${others} ${others === 1 ? "hub" : "hubs"} of other fleets`]),
    ];
  };
}

function recordOf(
  name: string,
  {
    hubs,
    needs,
    unknown,
    seen,
  }: Pick<ClusterCrdsProps, "hubs"> & {
    readonly needs: readonly CrdNeed[];
    readonly unknown: readonly string[];
    readonly seen: ReadonlyMap<string, string>;
  },
): CrdRecord | undefined {
  const hub = hubs.find(({ remote }) => remote.hub.name === name);
  const { releases = [] } = hub?.desired.rendered ?? {};
  const entries = releases.flatMap((release) => {
    const chart = `${release.chart} ${release.version}`;
    if (unknown.includes(chart)) return [];
    const kept = hub?.observed.applied?.crds?.[release.release];
    const need = needs.find((one) => one.by === `hub/${name}` && one.chart === chart);
    if (
      need === undefined &&
      kept?.of === chartKey(release) &&
      isAsRecorded(release, hub?.observed.applied?.crds, seen)
    )
      return [[release.release, kept] as const];
    const names = (need?.definitions ?? []).map(({ metadata }) => metadata.name);
    const sights = names.map((one) => [one, seen.get(one) ?? ""] as const);
    return [[release.release, { of: chartKey(release), seen: Object.fromEntries(sights) }] as const];
  });
  return Object.fromEntries(entries);
}

function chartKey({ chart, version, digest, repository }: ChartOf): string {
  return `${chart} ${version} ${digest ?? repository}`;
}

function sightOf({ uid = "", generation = 0 }: ObjectMetadata): string {
  return `${uid}/${generation}`;
}

import type { SourcePosition } from "../errors/hubfleet-error.ts";
import type { Origins } from "../fleet/fleet.ts";
import { isMap } from "../fleet/merge-settings.ts";
import {
  livePart,
  objectsPart,
  type PartDigests,
  releasePart,
  type RemoteApplied,
  secretsPart,
} from "../runtime/kubernetes/remote-applied.ts";
import type { RenderedRelease } from "../runtime/kubernetes/render-hub.ts";
import { kubernetesNames } from "../runtime/kubernetes/kubernetes-names.ts";
import type { Adoption } from "./adoption/plan-adoption.ts";
import { partsOf } from "./affected-parts.ts";
import { describeDifference, type Difference, differences } from "./difference.ts";
import type { Effect } from "./effect.ts";
import type { Change } from "./plan.ts";

/** The part of a change by which users' servers and Dask clusters end. */
export const serversPart = "servers";

/** A Helm release as the cluster has it. */
export interface SeenRelease {
  readonly name: string;
  readonly revision: number;
  readonly status: string;
}

export interface PlanRemoteProps {
  readonly desired: Pick<RemoteApplied, "hub" | "cluster" | "images" | "bundle"> & {
    readonly parts: PartDigests;
    readonly releases: readonly RenderedRelease[];
  };
  /** Digests of what was put in place last, with the revisions that Helm gave; undefined: nothing. */
  readonly before: Pick<RemoteApplied, "parts" | "revisions" | "bundle"> | undefined;
  readonly releases: readonly SeenRelease[];
  /** What ran the pods of a release and is not there any more, as "Deployment hub". @default nothing */
  readonly missing?: Readonly<Record<string, readonly string[]>>;
  /** What it means to take over releases of somebody else's; undefined: there are none. */
  readonly adoption?: Adoption | undefined;
  /** What was put in place last, for reasons in words; undefined where nothing differs, or nobody knows. */
  readonly applied: RemoteApplied | undefined;
  readonly origins: Origins;
}

/** What it takes to make one hub on Kubernetes as it should be. Pure; the same arguments give the same changes. */
export function planRemoteHub(props: PlanRemoteProps): readonly Change[] {
  const { desired, before, releases } = props;
  const target = `hub/${desired.hub.name}`;
  const plain = { target, effect: "none" as const, at: [] };
  if (before === undefined && releases.length === 0) {
    const because = [`it is not on cluster ${desired.cluster.name} yet`];
    return [{ ...plain, action: "create", part: "hub", because }];
  }
  const explain = explainer(props);
  const changes = [
    ...planStranded(props),
    ...planPart(objectsPart, "none"),
    ...planLive(),
    ...planPart(secretsPart, "none"),
    ...desired.releases.flatMap((release) => planRelease(release, props, explain)),
    ...planGone(props),
  ];
  if (changes.length > 0 || before?.bundle.digest === desired.bundle.digest) return changes;
  return [
    { ...plain, action: "update", part: "notes", because: [`bundle ${desired.bundle.id} makes the same hub of it`] },
  ];

  function planPart(part: string, effect: Effect): Change[] {
    if (before?.parts[part] === desired.parts[part]) return [];
    const { because, at } = explain(part);
    const words =
      because.length > 0 ? because : [before === undefined ? "hubfleet did not put it there" : "it changed"];
    return [{ target, action: before === undefined ? "create" : "update", part, effect, because: words, at }];
  }

  function planLive(): Change[] {
    const leaving = losingAccess(props);
    const ends = leaving.length === 0 ? [] : [`servers of ${leaving.join(", ")} end: no longer allowed`];
    const reachesServers = explain(livePart).reaches.includes("servers");
    const effect = ends.length > 0 ? "servers end" : reachesServers ? "new servers only" : "none";
    return planPart(livePart, effect).map((change) => ({ ...change, because: [...ends, ...change.because] }));
  }
}

interface Reasons {
  readonly because: readonly string[];
  readonly at: readonly SourcePosition[];
  /** Parts of a running hub that the settings reach. */
  readonly reaches: readonly string[];
}

type Explain = (part: string) => Reasons;

function planRelease(release: RenderedRelease, props: PlanRemoteProps, explain: Explain): Change[] {
  const { desired, before, releases, applied } = props;
  const target = `hub/${desired.hub.name}`;
  const name = release.release;
  const part = releasePart(name);
  const seen = releases.find((one) => one.name === name);
  if (seen === undefined) {
    const because = before?.revisions[name] === undefined ? [] : [`release ${name} is not there any more`];
    const { because: words, at } = explain(part);
    const taken = before === undefined ? props.adoption?.differences[name] : undefined;
    const all = [...because, ...words, ...(taken?.because ?? [])];
    return [{ target, action: "create", part, effect: "none", because: all, at: [...at, ...(taken?.at ?? [])] }];
  }
  const was = before?.revisions[name];
  const taken = was === undefined ? props.adoption?.differences[name] : undefined;
  const strange = [
    ...(props.missing?.[name] ?? []).map((one) => `${one} is not there any more`),
    ...(seen.status === "deployed" ? [] : [`its last change did not end well: Helm says "${seen.status}"`]),
    ...(was === undefined || was === seen.revision
      ? []
      : [`somebody changed it beside hubfleet: it is at revision ${seen.revision}, and hubfleet left it at ${was}`]),
    ...(was === undefined ? ["it was not installed by hubfleet, which takes it over"] : []),
    ...(taken?.because ?? []),
  ];
  const isSame = before?.parts[part] === desired.parts[part];
  if (isSame && strange.length === 0) return [];
  const { because, at } = explain(part);
  const unknown = taken === undefined ? ["hubfleet itself changed since it was put in place"] : [];
  const own = isSame ? [] : because.length > 0 ? because : unknown;
  const effect = releaseEffect(release, applied?.releases[name]);
  return [
    {
      target,
      action: "update",
      part,
      effect,
      because: [...strange, ...own],
      at: isSame ? [] : [...(taken?.at ?? []), ...at],
    },
  ];
}

/**
 * The hub's pod carries a digest of all values of its chart, so that any change of one restarts it. The gateway's API has its
 * successor beside it, but its controller is one pod: for seconds no Dask cluster starts. Where its proxy restarts, notebooks
 * lose their connections and what they held of results; Dask clusters go on and are found again.
 */
function releaseEffect(now: RenderedRelease, before: RemoteApplied["releases"][string] | undefined): Effect {
  const proxy = { jupyterhub: "proxy.", "dask-gateway": "traefik." }[now.chart];
  if (proxy === undefined) return "none";
  if (before === undefined || before.version !== now.version) return "proxy restarts";
  const paths = valueDifferences(before.values, now.values);
  return paths.some((path) => path.startsWith(proxy)) ? "proxy restarts" : "hub restarts";
}

/** Servers and Dask clusters that cannot go on. Said even while nobody has any: somebody may by then. */
function planStranded({ desired, applied, adoption, origins }: PlanRemoteProps): Change[] {
  const { hub } = desired;
  const isMoving = (applied?.hub ?? adoption ?? hub).basePath !== hub.basePath;
  const leaving = adoption?.leaving ?? [];
  const because = [
    ...(isMoving ? ["servers that run end: they know the hub by the path that it leaves"] : []),
    ...(applied?.hub.dask.enabled === true && !hub.dask.enabled
      ? ["Dask clusters that run end: the Dask Gateway goes"]
      : []),
    ...(leaving.length > 0 ? [`servers of ${leaving.join(", ")} end: nothing that is written lets them in`] : []),
  ];
  if (because.length === 0) return [];
  const setting = isMoving ? "basePath" : leaving.length > 0 ? "access.users" : "dask.enabled";
  const at = origins.at(`hubs.${hub.name}.${setting}`);
  const target = `hub/${hub.name}`;
  const lines = at === undefined ? [] : [at];
  return [{ target, action: "delete", part: serversPart, effect: "servers end", because, at: lines }];
}

/** Releases that hubfleet put there and that the hub does not have any more. Helm deletes all that a chart made, disks too. */
function planGone({ desired, before, releases }: PlanRemoteProps): Change[] {
  const wanted = new Set(desired.releases.map(({ release }) => release));
  const { daskGateway } = kubernetesNames(desired.hub).releases;
  return releases
    .filter(({ name }) => before?.revisions[name] !== undefined && !wanted.has(name))
    .map(({ name }) => ({
      ...{ target: `hub/${desired.hub.name}`, action: "delete" as const, part: releasePart(name) },
      ...{ effect: name === daskGateway ? ("servers end" as const) : ("data at risk" as const), at: [] },
      because: [
        "the hub does not have it any more",
        ...(name === daskGateway ? [] : ["Helm deletes what its chart made, disks too unless the chart keeps them"]),
      ],
    }));
}

function explainer({ desired, applied, origins }: PlanRemoteProps): Explain {
  if (applied === undefined) return () => ({ because: [], at: [], reaches: [] });
  const settings = differences(applied, desired);
  return (part) => {
    const isOf = partFilter(part, desired.releases);
    const relevant = settings.filter(({ path }) => isOf(path));
    const now = desired.releases.find(({ release }) => releasePart(release) === part);
    const ofImages = now === undefined && part !== livePart ? [] : imageWords(part, desired, applied);
    const ofServers = part === livePart && ofImages.length > 0 ? ["servers"] : [];
    const reaches = [...ofServers, ...relevant.flatMap(({ path }) => [...partsOf(path)])];
    const at = relevant.flatMap((difference) => positionOf(difference, desired, origins) ?? []);
    const words = [
      ...(now === undefined ? [] : chartWords(now, applied.releases[now.release])),
      ...ofImages,
      ...relevant.map(describeDifference),
    ];
    if (words.length > 0 || now === undefined) return { because: words, at, reaches };
    const paths = valueDifferences(applied.releases[now.release]?.values ?? {}, now.values);
    return { because: paths.map((path) => `chart value ${path}`).slice(0, 8), at, reaches };
  };
}

/** Which settings are told with which part. */
function partFilter(part: string, releases: readonly RenderedRelease[]): (path: string) => boolean {
  const chart = releases.find(({ release }) => releasePart(release) === part)?.chart;
  const isLive = (path: string): boolean => partsOf(path).some((one) => one === "live" || one === "servers");
  if (part === livePart) return isLive;
  if (chart === "jupyterhub")
    return (path) =>
      !path.startsWith("dask.") && !path.startsWith("charts.") && (!isLive(path) || path.startsWith("culling"));
  if (chart === "dask-gateway")
    return (path) =>
      path.startsWith("dask.") || path.startsWith("chartValues.dask-gateway") || path === "images.worker";
  if (part === objectsPart) return (path) => path.startsWith("storage.nfs") || path.startsWith("manifests");
  return () => false;
}

function chartWords(now: RenderedRelease, before: RemoteApplied["releases"][string] | undefined): string[] {
  if (before === undefined) return [];
  if (before.version !== now.version) return [`chart ${now.chart} ${before.version} → ${now.version}`];
  return before.digest === now.digest ? [] : [`chart ${now.chart} ${now.version} has other bytes`];
}

function imageWords(
  part: string,
  { hub, images }: PlanRemoteProps["desired"],
  applied: Pick<RemoteApplied, "images">,
): string[] {
  return Object.entries(images).flatMap(([name, reference]) => {
    const before = applied.images[name];
    const isHubImage = name === hub.images.hub;
    if (before === undefined || before === reference || isHubImage === (part === livePart)) return [];
    return [`image ${name}: ${shortDigest(before)} → ${shortDigest(reference)}`];
  });
}

function shortDigest(reference: string): string {
  return /@sha256:([0-9a-f]{12})/.exec(reference)?.[1] ?? reference;
}

/** Whom nothing that is written lets in any more; of organisations and teams the hub alone knows. */
function losingAccess({ desired, applied }: PlanRemoteProps): readonly string[] {
  const { access } = desired.hub;
  if (applied === undefined || access.everyone) return [];
  const now = new Set([...access.users, ...access.admins]);
  const before = applied.hub.access;
  return [...new Set([...before.users, ...before.admins])].filter((name) => !now.has(name)).sort();
}

/** Dotted paths of values that differ, lists as wholes. */
export function valueDifferences(before: unknown, after: unknown, path = ""): readonly string[] {
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => valueDifferences(before[key], after[key], path === "" ? key : `${path}.${key}`));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
}

function positionOf(
  { path }: Difference,
  { hub, cluster }: PlanRemoteProps["desired"],
  origins: Origins,
): SourcePosition | undefined {
  if (path.startsWith("cluster.")) return origins.at(`clusters.${cluster.name}.${path.slice("cluster.".length)}`);
  const list = path.startsWith("profiles.") ? origins.at(`hubs.${hub.name}.profiles`) : undefined;
  return origins.at(`hubs.${hub.name}.${path}`) ?? list;
}

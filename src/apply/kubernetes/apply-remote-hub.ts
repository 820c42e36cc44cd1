import { HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { createChartValueCheck } from "../../operate/kubernetes/check-chart-values.ts";
import { awaitReady } from "../../operate/kubernetes/await-ready.ts";
import type { PlannedRemote } from "../../operate/kubernetes/plan-remotes.ts";
import type { Reach } from "../../operate/kubernetes/reach.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { Charts } from "../../ports/helm.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { fillPlaceholders } from "../../runtime/kubernetes/fill-placeholders.ts";
import { ownLabels } from "../../runtime/kubernetes/kubernetes-labels.ts";
import {
  type AppliedMetadata,
  type CrdRecord,
  livePart,
  objectsPart,
  releasePart,
  type RemoteApplied,
  secretsPart,
} from "../../runtime/kubernetes/remote-applied.ts";
import type { RenderedRelease } from "../../runtime/kubernetes/render-hub.ts";
import type { Steps } from "../steps.ts";
import { endStrandedWork } from "./end-stranded-work.ts";
import { growDisks } from "./grow-disks.ts";
import { encoded, ensureHubSecrets } from "./hub-secrets.ts";
import { putNamespace } from "./put-namespace.ts";
import { pullImages } from "./pull-images.ts";
import { pruneObjects } from "./prune-objects.ts";
import { recordRemote } from "./record-applied.ts";
import { syncLive } from "./sync-live.ts";
import { unlockRelease } from "./unlock-release.ts";
import { findWorkloads } from "./workloads.ts";

export interface ApplyRemoteProps {
  readonly fleetUuid: string;
  readonly fleet: Pick<Fleet, "origins">;
  readonly planned: PlannedRemote;
  readonly connection: ClusterConnection;
  readonly charts: () => Promise<Charts>;
  readonly reach: Reach;
  /** Registries in which images are looked up. */
  readonly sources: () => Promise<Pick<ImageSources, "registry">>;
  readonly world: LocalWorld;
  /** The commit that live settings are of. */
  readonly commit: string | undefined;
  /** Definitions of kinds that the cluster has for it. */
  readonly crds: CrdRecord | undefined;
  readonly steps: Steps;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** How long the pods of a hub may take until they are ready, images pulled and disks attached. */
const readyMilliseconds = 10 * 60_000;

/**
 * Brings one hub on Kubernetes to what is wanted: the same for the first time, for an upgrade, for a release that somebody
 * else installed, and after a command that was killed. Call it while holding the hub's lease.
 *
 * What the hub reads comes first, then its releases, each as far as it differs; then it is waited for, with reasons; then the
 * hub says that it has read its live settings; what nothing uses any more goes last.
 */
export async function applyRemoteHub(props: ApplyRemoteProps): Promise<void> {
  const { fleetUuid, fleet, planned, connection, charts, reach, world, commit, steps, report, signal } = props;
  const { desired, observed } = planned;
  const { rendered, remote, hub } = desired;
  const { names } = remote;
  const target = `hub/${hub.name}`;
  const labels = ownLabels(hub, { uuid: fleetUuid });
  const { chartSecrets, hubSecrets } = rendered;
  const about = { hub, names, chartSecrets, hubSecrets, labels, connection, world, signal };
  // Before anything is changed: a chart that cannot be had, or a secret that nobody gave, leaves the hub as it is.
  const going = rendered.releases.filter((release) => differs(release, planned));
  const kept = await Promise.all(
    going.map(async (release) => ({ release, chart: await (await charts()).fetch(referenceOf(release), signal) })),
  );
  const refused = await createChartValueCheck(await charts())({
    ...{ hub, rendered, fleet, signal },
    kept: new Map(kept.map(({ release, chart }) => [release.release, chart])),
  });
  if (refused.length > 0) throw new HubfleetErrors(refused);
  const before = observed.applied === undefined ? undefined : await observed.whole();
  await pullImages({ ...props, going: kept, before: before?.images, labels });
  const { values: secrets, kept: keptSecrets, remarks } = await ensureHubSecrets(about);
  for (const text of remarks) report({ target, text, state: "note" });
  // What nobody here could read is still to come: by whoever has the key.
  const parts =
    keptSecrets.length === 0
      ? desired.parts
      : { ...desired.parts, [secretsPart]: observed.applied?.parts[secretsPart] ?? "" };

  // Who may not look at definitions knows what somebody else saw of them.
  const crds = props.crds ?? observed.applied?.crds;
  let progress: AppliedMetadata = {
    parts: observed.applied?.parts ?? {},
    revisions: observed.applied?.revisions ?? {},
    bundle: observed.applied?.bundle ?? desired.bundle,
    since: observed.applied?.since ?? desired.since,
    at: world.clock.now().toISOString(),
    renderer: observed.applied?.renderer ?? desired.renderer,
    ...(observed.applied?.commit === undefined ? {} : { commit: observed.applied.commit }),
    ...(crds === undefined ? {} : { crds }),
  };
  const record = { fleetUuid, desired, connection, signal };
  const own = [objectsPart, livePart, secretsPart];
  if (own.some((part) => observed.applied?.parts[part] !== parts[part])) {
    await steps.run(target, "put its objects in place", async () => {
      for (const object of rendered.objects) await putObject(object, secrets, props);
    });
  }
  const goneNames = goneReleases(planned);
  const isEnding = kept.length > 0 || goneNames.length > 0;
  if (isEnding) await endStrandedWork(props);
  for (const { release, chart } of kept) {
    const revision = await steps.run(
      target,
      `${observed.releases.some(({ name }) => name === release.release) ? "upgrade" : "install"} release ${release.release}`,
      async () => {
        await unlockRelease(release.release, { ...props, observed });
        return remote.helm.upgrade(
          connection,
          {
            chart,
            release: { name: release.release, namespace: names.namespace },
            values: fillPlaceholders(release.values, secrets),
            labels: { ...releaseLabels(labels), "hubfleet.io/inputs": parts[releasePart(release.release)] ?? "" },
          },
          signal,
        );
      },
      (given) => `chart ${release.chart} ${release.version}, revision ${given}`,
    );
    const part = releasePart(release.release);
    progress = {
      ...progress,
      parts: { ...progress.parts, [part]: parts[part] ?? "" },
      revisions: { ...progress.revisions, [release.release]: revision },
    };
    await recordRemote(progress, before, record);
  }
  for (const name of goneNames) {
    await steps.run(target, `take release ${name} away`, async () => {
      await remote.helm.uninstall(connection, { name, namespace: names.namespace }, signal);
    });
    const { [name]: _revision, ...revisions } = progress.revisions;
    progress = { ...progress, revisions };
  }
  await growDisks({ ...props, desired });
  const releases = new Set(rendered.releases.map(({ release }) => release));
  const workloads = await findWorkloads(connection, { namespace: names.namespace, releases, signal });
  await steps.run(target, "wait until its pods are ready", () =>
    awaitReady({
      ...{ connection, namespace: names.namespace, workloads, target, report, signal },
      ...{ clock: world.clock, timeoutMilliseconds: readyMilliseconds },
    }),
  );
  // Somebody may have started one before the hub was at its new path.
  if (isEnding) await endStrandedWork(props);
  const secretsBefore = observed.applied?.parts[secretsPart];
  const newSecrets =
    secretsBefore === undefined || secretsBefore === parts[secretsPart] ? undefined : parts[secretsPart];
  await steps.run(target, "read live settings", () =>
    syncLive({ desired, connection, reach, newSecrets, world, signal }),
  );
  await pruneObjects({ desired, before, connection, fleetUuid, signal });
  const { bundle, since, renderer, jupyterhub, images, code } = desired;
  const byRelease = Map.groupBy(workloads, ({ release }) => release);
  const whole: RemoteApplied = {
    version: 1,
    workloads: Object.fromEntries(
      [...byRelease].map(([release, some]) => [release, some.map(({ kind, name }) => `${kind} ${name}`).toSorted()]),
    ),
    ...(crds === undefined ? {} : { crds }),
    ...{ parts, revisions: progress.revisions, bundle, since, at: world.clock.now().toISOString(), renderer },
    ...(commit === undefined ? {} : { commit }),
    ...(jupyterhub === undefined ? {} : { jupyterhub }),
    serverImages: [...new Set(hub.profiles.map(({ notebookImage }) => images[notebookImage] ?? ""))].toSorted(),
    ...{ hub, cluster: remote.cluster, images, code },
    objects: rendered.objects.map(({ apiVersion, kind, metadata: { name, namespace } }) => ({
      ...{ apiVersion, kind, name },
      ...(namespace === undefined ? {} : { namespace }),
    })),
    releases: Object.fromEntries(
      rendered.releases.map(({ origins: _origins, ...release }) => [release.release, release]),
    ),
  };
  await recordRemote(whole, whole, record);
}

async function putObject(
  object: KubernetesObject,
  secrets: Readonly<Record<string, string>>,
  { connection, signal }: Pick<ApplyRemoteProps, "connection" | "signal">,
): Promise<void> {
  if (object.kind === "Namespace") return putNamespace(connection, object, signal);
  const { stringData, ...rest } = object;
  const filled =
    stringData === undefined
      ? object
      : { ...rest, data: encoded(fillPlaceholders(stringData as Readonly<Record<string, string>>, secrets)) };
  // What hubfleet made it also mends; an object of the fleet's manifests may have other keepers, whose values stay.
  const isOwn = object.metadata.labels?.["app.kubernetes.io/managed-by"] === "hubfleet";
  await connection.apply(filled, { takesOver: isOwn }, signal);
}

function differs({ release }: RenderedRelease, { desired, observed }: PlannedRemote): boolean {
  const part = releasePart(release);
  const seen = observed.releases.find(({ name }) => name === release);
  return (
    (observed.missing[release] ?? []).length > 0 ||
    seen?.status !== "deployed" ||
    observed.applied?.parts[part] !== desired.parts[part] ||
    observed.applied?.revisions[release] !== seen.revision
  );
}

function goneReleases({ desired, observed }: PlannedRemote): readonly string[] {
  const wanted = new Set(desired.rendered.releases.map(({ release }) => release));
  return observed.releases
    .map(({ name }) => name)
    .filter((name) => observed.applied?.revisions[name] !== undefined && !wanted.has(name));
}

/** Helm keeps its own words in some labels. */
function releaseLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => key.startsWith("hubfleet.io/")));
}

function referenceOf({ chart, repository, version, digest }: RenderedRelease): {
  readonly name: string;
  readonly repository: string;
  readonly version: string;
  readonly digest?: string | undefined;
} {
  return { name: chart, repository, version, digest };
}

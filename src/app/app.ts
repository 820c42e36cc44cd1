import { createBundleUseCases } from "./bundle-use-cases.ts";
import { createDestroyUseCases } from "./destroy-use-cases.ts";
import { createEvidenceUseCases } from "./evidence-use-cases.ts";
import { createPromotionUseCases } from "./promotion-use-cases.ts";
import { createReportUseCases } from "./report-use-cases.ts";
import { createSignOffUseCases } from "./sign-off-use-cases.ts";
import { createRegistryUseCases } from "./registry-use-cases.ts";
import { createContainerUseCases } from "./container-use-cases.ts";
import { createImageUseCases } from "./image-use-cases.ts";
import { createHubOperations } from "./hub-operations.ts";
import { createPlanAndApply } from "./plan-and-apply.ts";
import { createRemotes } from "./remotes.ts";
import { describeHolder } from "../apply/lease.ts";
import { up } from "../apply/up.ts";
import { closedToDrafts } from "../bundle/closed-to-drafts.ts";
import { type Assign, assignBundles, nothingAssigned } from "../operate/bundles/assign-bundles.ts";
import { deployedHere, type Intent, readIntent } from "../operate/bundles/read-intent.ts";
import { HubfleetErrors } from "../errors/hubfleet-error.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { type FleetReading, readFleet } from "../fleet/read-fleet.ts";
import type { RepositorySnapshot } from "../fleet/repository-snapshot.ts";
import { isSameSnapshot } from "../fleet/same-snapshot.ts";
import { createSchemaFiles } from "../fleet/schema-files.ts";
import { checkImage } from "../operate/image-check/check-image.ts";
import { readDraft } from "../operate/draft-store.ts";
import { examineCluster } from "../operate/doctor/examine-cluster.ts";
import { examine } from "../operate/doctor/examine.ts";
import { pruneMachine } from "../operate/housekeeping/prune.ts";
import { followLogs } from "../operate/follow-logs.ts";
import { readLogin } from "../operate/hub-login.ts";
import { compareImages } from "../operate/image-diff/compare-images.ts";
import { selectImage } from "../operate/images/select-images.ts";
import { chartValueOf } from "../operate/kubernetes/chart-value-of.ts";
import { renderChecked } from "../operate/kubernetes/render-checked.ts";
import { remoteCluster } from "../operate/kubernetes/cluster-target.ts";
import { machineRemarks } from "../operate/machine-remarks.ts";
import { readPlanFile } from "../operate/plan-file.ts";
import { ensureRehearsals, onlyRehearsed, rehearsedFleet } from "../operate/rehearsals.ts";
import { createReadStages } from "../operate/read-stages.ts";
import { selectAnywhere, selectClusters, selectHubs } from "../operate/select-hubs.ts";
import { fleetStatus } from "../operate/status.ts";
import type { Clusters } from "../ports/clusters.ts";
import type { Charts } from "../ports/helm.ts";
import type { ImageSources } from "../ports/image-sources.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { Repository } from "../ports/repository.ts";
import type { StateHistory } from "../ports/state-history.ts";
import type { StateRef } from "../ports/state-ref.ts";
import { stableJson } from "../runtime/local/digest.ts";
import { carriedSettings } from "../runtime/local/carried-settings.ts";
import { createLookUseCases } from "./look-use-cases.ts";
import type { App } from "./use-cases.ts";

export interface AppProps {
  /** Absolute path of the fleet's directory. */
  readonly directory: string;
  readonly repository: Repository;
  readonly local: LocalWorld;
  /** Opened by the commands that need them. */
  readonly sources: () => Promise<ImageSources>;
  readonly state: () => Promise<StateRef>;
  readonly history: () => Promise<StateHistory>;
  readonly notifier: () => Promise<Notifier>;
  readonly clusters: () => Promise<Clusters>;
  readonly charts: () => Promise<Charts>;
  /** Of hubfleet and what it runs on: "hubfleet" → "0.1.0". */
  readonly versions: Readonly<Record<string, string>>;
  /** "local": every use-case is about the rehearsals of the fleet's hubs on this machine, and never about the real ones. */
  readonly on?: "local" | undefined;
}

export function createApp(props: AppProps): App {
  const {
    directory,
    repository,
    local: world,
    sources,
    state,
    history,
    notifier,
    clusters,
    charts,
    versions,
    on,
  } = props;
  const isRehearsal = on === "local";
  // A rehearsal does not come back when the machine is restarted.
  const local = isRehearsal ? { ...world, bootService: { ...world.bootService, isPresent: async () => false } } : world;
  // A command asks several times; only what was read from the disk has to be as it is now.
  let last: { readonly snapshot: RepositorySnapshot; readonly reading: FleetReading } | undefined;
  const read = async (): Promise<FleetReading> => {
    const snapshot = await repository.snapshot();
    if (last === undefined || !isSameSnapshot(last.snapshot, snapshot))
      last = { snapshot, reading: readFleet(snapshot) };
    return last.reading;
  };
  const written = async (): Promise<Fleet> => {
    const reading = await read();
    if (reading.fleet === undefined) throw new HubfleetErrors(reading.problems);
    return reading.fleet;
  };
  const fleet = async (): Promise<Fleet> =>
    isRehearsal ? rehearsedFleet(await written(), { directory, world: local }) : written();
  // A rehearsal is of what is written, and of no bundle.
  const intent = async (): Promise<Intent> => (isRehearsal ? { kind: "unknown" } : readIntent(state));
  const assign: Assign = async (hubs, draft) => {
    const wanted = await intent();
    if (wanted.kind === "unknown") return { ...nothingAssigned, ...wanted };
    return assignBundles({ reading: await read(), hubs, draft, files: wanted.files, directory, sources, world: local });
  };
  const shown = async (): Promise<Fleet> => (isRehearsal ? onlyRehearsed(await fleet()) : fleet());
  const snapshot = (): Promise<RepositorySnapshot> => repository.snapshot();
  const remotes = createRemotes({ directory, world: local, sources, clusters, charts, snapshot });
  const readStages = createReadStages({
    directory,
    read,
    snapshot: () => repository.snapshot(),
    sources,
    state,
    world: local,
  });
  const here = (now: Fleet): ReturnType<typeof fleetStatus> => fleetStatus(now, local);

  return {
    directory,
    read,
    fleet,
    writeSchemas: async () => {
      const files = createSchemaFiles(await repository.snapshot());
      for (const [path, text] of files) await repository.write(path, text);
      return [...files.keys()];
    },
    select: async (targets) => selectHubs(targets.length === 0 ? await shown() : await fleet(), targets),
    selectClusters: async (targets) => selectClusters(await fleet(), targets),
    selectAnywhere: async (targets) => selectAnywhere(targets.length === 0 ? await shown() : await fleet(), targets),
    images: createImageUseCases({ directory, local, sources, read, fleet }),
    registries: createRegistryUseCases({ directory, repository, local, sources, fleet }),
    containers: createContainerUseCases({ directory, local, sources, fleet }),
    bundles: createBundleUseCases({
      ...{ directory, local, sources, charts, state, versions, read, fleet },
      snapshot: () => repository.snapshot(),
      checkImage: async (all, target, only, watch) =>
        checkImage({
          ...{ fleet: all, image: selectImage(all, target), directory, only, again: false, world: local },
          ...watch,
        }),
    }),
    evidence: createEvidenceUseCases({ directory, sources, state, history, read, local }),
    promotions: createPromotionUseCases({ directory, local, sources, state, notifier, remotes, read }),
    reports: createReportUseCases({ directory, state, sources, read, local }),
    signoffs: createSignOffUseCases({ directory, local, sources, state, read }),
    diffImages: async (sides, options, watch) =>
      compareImages(sides, { fleet, directory, world: { ...local, ...(await sources()) }, ...options, ...watch }),
    render: async (target, signal) =>
      renderChecked({ fleet: await written(), target, directory, sources, charts, world: local, signal }),
    chartValue: async (target, key, signal) =>
      chartValueOf({ fleet: await written(), target, key, directory, sources, world: local, signal }),
    up: async (hubs, watch, ending) => {
      if (isRehearsal) await ensureRehearsals(await written(), hubs, { directory, world: local });
      const now = await fleet();
      const chosen = hubs.map((hub) => now.hubs.get(hub.name) ?? hub);
      const closed = async (): Promise<ReadonlyMap<string, string>> => {
        const wanted = await intent();
        const deployed = wanted.kind === "read" ? wanted.deployed : deployedHere(await readDraft(now.uuid, local));
        return closedToDrafts(chosen, { fleet: now, deployed, now: local.clock.now().getTime() });
      };
      return up({ fleet: now, directory, hubs: chosen, closed, ending, world: local, ...watch });
    },
    ...createPlanAndApply({ directory, local, remotes, fleet, read, intent, assign }),
    savePlan: async (plan, path) => void (await local.files.ensureFile(path, stableJson(plan), 0o644)),
    loadPlan: async (path) => readPlanFile(path, await fleet(), local.files),
    ...createLookUseCases({ local, here, clusters, fleet, shown, readStages, isRehearsal }),
    changing: async () => describeHolder((await fleet()).uuid, local),
    doctor: async () => {
      const isFleet = await local.files.exists(`${directory}/fleet.yaml`);
      return examine({ reading: isFleet ? await read() : undefined, directory, world: local, sources });
    },
    doctorCluster: async (target, { signal }) => {
      const now = await written();
      const cluster = remoteCluster(now, target);
      const hubs = [...now.hubs.values()].filter((hub) => hub.cluster === cluster.name);
      const given = { cluster, hubs, clusters: await clusters(), now: local.clock.now(), signal };
      const lines = await examineCluster(given);
      return { version: 1, fleet: now.name, lines };
    },
    prune: async (options, { signal }) => {
      const isFleet = await local.files.exists(`${directory}/fleet.yaml`);
      return pruneMachine(isFleet ? await fleet() : undefined, options, { world: local, signal });
    },
    ...createHubOperations({ directory, local, remotes, fleet }),
    checkImage: async (target, options, watch) => {
      const all = await fleet();
      const image = selectImage(all, target);
      return checkImage({ fleet: all, image, directory, ...options, world: local, ...watch });
    },
    ...createDestroyUseCases({ directory, local, sources, state, remotes, fleet, written, isRehearsal }),
    login: async (hub) => readLogin((await fleet()).uuid, hub, local),
    follow: (logs, tell, signal) => followLogs(logs, tell, { clock: local.clock, signal }),
    remarks: () => machineRemarks(local),
    carrying: (hub) => {
      const asWritten = last?.reading.fleet?.hubs.get(hub.name) ?? hub;
      return carriedSettings(asWritten, { canLimit: local.machine.isRoot, isRehearsal });
    },
  };
}

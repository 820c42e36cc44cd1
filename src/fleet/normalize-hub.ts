import type { Access, Appearance, Hub, Limits, Login, Profile } from "./fleet.ts";
import type { LayeredHub } from "./hub-layers.ts";
import { normalizeKubernetes, normalizeVolumes } from "./normalize-kubernetes.ts";
import type { WrittenAccess, WrittenHubSettings, WrittenProfile } from "./schema/hub-settings.ts";
import { parseDuration, parseMemory } from "./schema/quantities.ts";

type Filled<Map> = { readonly [Key in keyof Map]-?: Exclude<Map[Key], undefined> };
type Section<Key extends keyof WrittenHubSettings> = Exclude<WrittenHubSettings[Key], undefined>;

/** Merged settings over the default layer: every key with a default is there. */
interface CompleteSettings {
  readonly images: Section<"images">;
  readonly profiles: readonly WrittenProfile[];
  readonly limits: Section<"limits"> & { readonly concurrentSpawns: number };
  readonly culling: Filled<Section<"culling">>;
  readonly access: Filled<WrittenAccess>;
  readonly storage: Section<"storage"> & {
    readonly shared: readonly { readonly name: string; readonly writers?: "everyone" | "admins" }[];
  };
  readonly dask: Filled<Omit<Section<"dask">, "nodeGroup" | "schedulerNodeGroup">> &
    Pick<Section<"dask">, "nodeGroup" | "schedulerNodeGroup">;
  readonly appearance: Section<"appearance">;
  readonly announcement: string;
  readonly checks: Section<"checks">;
  readonly environment: Section<"environment">;
  readonly hubConfig: Section<"hubConfig">;
  readonly chartValues: Section<"chartValues">;
  readonly charts: Section<"charts">;
}

/** A hub that passed every check, in canonical form. */
export function normalizeHub(layered: LayeredHub, isLocal: boolean): Hub {
  const own = layered.file.value;
  const settings = layered.settings as unknown as CompleteSettings; // schema-checked layers over the default layer
  const notebook = settings.images.notebook ?? "";
  const images = { hub: settings.images.hub ?? "", notebook, worker: settings.images.worker ?? notebook };
  const limits = normalizeLimits(settings.limits);
  const { groups = [], cluster = "", stage = "" } = own;

  return {
    name: layered.name,
    title: own.title ?? layered.name,
    cluster,
    stage,
    groups,
    ...(own.domain === undefined ? {} : { domain: own.domain }),
    ...(own.twin === undefined ? {} : { twin: own.twin }),
    ...(own.renamedFrom === undefined ? {} : { renamedFrom: own.renamedFrom }),
    ...(own.port === undefined ? {} : { port: own.port }),
    basePath: own.basePath ?? defaultBasePath(layered.name, isLocal),
    images,
    profiles: normalizeProfiles(settings.profiles, images, limits),
    limits,
    culling: {
      enabled: settings.culling.enabled,
      idleSeconds: parseDuration(settings.culling.idle),
      everySeconds: parseDuration(settings.culling.every),
      maxAgeSeconds: parseDuration(settings.culling.maxAge),
    },
    access: normalizeAccess(settings.access),
    storage: {
      shared: settings.storage.shared.map(({ name, writers = "everyone" }) => ({ name, writers })),
      ...normalizeVolumes(settings.storage),
    },
    dask: {
      enabled: settings.dask.enabled,
      workerCores: settings.dask.workerCores,
      workerMemoryBytes: parseMemory(settings.dask.workerMemory),
      maxWorkersPerCluster: settings.dask.maxWorkersPerCluster,
      maxClustersPerUser: settings.dask.maxClustersPerUser,
      idleSeconds: parseDuration(settings.dask.idle),
      ...normalizeDaskPlaces(settings.dask),
    },
    appearance: normalizeAppearance(settings.appearance),
    announcement: settings.announcement,
    checks: settings.checks.map(({ name, file, profile, timeout = "10m", after = "0s" }) => ({
      name,
      file,
      ...(profile === undefined ? {} : { profile }),
      timeoutSeconds: parseDuration(timeout),
      afterSeconds: parseDuration(after),
    })),
    environment: settings.environment,
    hubConfig: settings.hubConfig,
    chartValues: settings.chartValues,
    charts: chartPins(settings.charts),
    ...normalizeKubernetes(own, layered.settings),
  };
}

/** Local hubs share one host name, so each answers under a path of its own; others have a domain. */
export function defaultBasePath(hubName: string, isLocal: boolean): string {
  return isLocal ? `/${hubName}/` : "/";
}

function normalizeLimits(written: CompleteSettings["limits"]): Limits {
  const { cpuLimit, memoryLimit, runningServers, concurrentSpawns } = written;
  return {
    ...(cpuLimit === undefined ? {} : { cpuLimit }),
    ...(memoryLimit === undefined ? {} : { memoryLimitBytes: parseMemory(memoryLimit) }),
    ...(runningServers === undefined ? {} : { runningServers }),
    concurrentSpawns,
  };
}

/** Every hub has at least one profile: without any of its own, one that is the hub's images and limits. */
function normalizeProfiles(written: readonly WrittenProfile[], images: Hub["images"], limits: Limits): Profile[] {
  const kept = written.filter((profile) => profile.remove !== true);
  const offered: readonly WrittenProfile[] = kept.length > 0 ? kept : [{ id: "standard", name: "Standard" }];
  const chosen = offered.find((profile) => profile.default === true) ?? offered[0];
  return offered.map((profile) => {
    const cpuLimit = profile.cpuLimit ?? limits.cpuLimit;
    const memoryLimitBytes =
      profile.memoryLimit === undefined ? limits.memoryLimitBytes : parseMemory(profile.memoryLimit);
    return {
      id: profile.id,
      name: profile.name ?? profile.id,
      description: profile.description ?? "",
      isDefault: profile === chosen,
      notebookImage: profile.notebookImage ?? images.notebook,
      workerImage: profile.workerImage ?? profile.notebookImage ?? images.worker,
      ...(cpuLimit === undefined ? {} : { cpuLimit }),
      ...(profile.cpuGuarantee === undefined ? {} : { cpuGuarantee: profile.cpuGuarantee }),
      ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
      ...(profile.memoryGuarantee === undefined ? {} : { memoryGuaranteeBytes: parseMemory(profile.memoryGuarantee) }),
      ...(profile.nodeGroup === undefined ? {} : { nodeGroup: profile.nodeGroup }),
      allowedGroups: profile.allowedGroups ?? [],
      environment: profile.environment ?? {},
      ...(profile.spawner === undefined ? {} : { spawner: profile.spawner }),
    };
  });
}

function normalizeDaskPlaces({
  nodeGroup,
  schedulerNodeGroup,
}: CompleteSettings["dask"]): Pick<Hub["dask"], "nodeGroup" | "schedulerNodeGroup"> {
  return {
    ...(nodeGroup === undefined ? {} : { nodeGroup }),
    ...(schedulerNodeGroup === undefined ? {} : { schedulerNodeGroup }),
  };
}

function normalizeAccess(written: CompleteSettings["access"]): Access {
  const { everyone, users, admins, groups, organizations, teams } = written;
  return { login: normalizeLogin(written.login), everyone, users, admins, groups, organizations, teams };
}

function normalizeLogin(written: CompleteSettings["access"]["login"]): Login {
  if (written.kind !== "github") return { kind: written.kind };
  return {
    kind: "github",
    clientId: written.clientId,
    clientSecretVariable: written.clientSecretVariable ?? "GITHUB_CLIENT_SECRET",
    ...(written.clientSecret === undefined ? {} : { clientSecret: written.clientSecret }),
    ...(written.clientSecretInCluster === undefined ? {} : { clientSecretInCluster: written.clientSecretInCluster }),
    address: written.address ?? "https://github.com",
  };
}

function normalizeAppearance({ logo, templates }: CompleteSettings["appearance"]): Appearance {
  return { ...(logo === undefined ? {} : { logo }), ...(templates === undefined ? {} : { templates }) };
}

function chartPins(written: CompleteSettings["charts"]): NonNullable<Hub["charts"]> {
  const pins = Object.entries(written).flatMap(([chart, pin]) => (pin === undefined ? [] : [[chart, pin] as const]));
  return Object.fromEntries(
    pins.map(([chart, { version, digest }]) => [chart, digest === undefined ? { version } : { version, digest }]),
  );
}

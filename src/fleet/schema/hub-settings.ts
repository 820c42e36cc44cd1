import { z } from "zod";

import { accessSchema } from "./access.ts";
import { extraChartsSchema } from "./extra-charts.ts";
import { optional, required } from "./key.ts";
import { networkSchema } from "./network.ts";
import { fleetPath, imageName, name } from "./names.ts";
import { podsSchema } from "./pods.ts";
import { environmentSchema, profileSchema } from "./profile.ts";
import { cores, coresUnit, count, duration, durationUnit, memory, memoryUnit } from "./quantities.ts";
import { storageSchema } from "./storage.ts";

const images = z.strictObject({
  hub: optional(imageName, { description: "Image of the hub itself.", example: "hub" }),
  notebook: optional(imageName, { description: "Image of users' servers.", example: "lab" }),
  worker: optional(imageName, { description: "Image of Dask workers. Left out: the notebook image.", example: "lab" }),
});

const limits = z.strictObject({
  cpuLimit: optional(cores, {
    description: "Cores that a server may use unless its profile says less. Left out: no limit.",
    unit: coresUnit,
    example: 2,
  }),
  memoryLimit: optional(memory, {
    description: "Memory that a server may use unless its profile says less. Left out: no limit.",
    unit: memoryUnit,
    example: "2G",
  }),
  runningServers: optional(count, {
    description: "Servers that may run at once, over all users. Left out: no limit.",
    unit: "servers",
    example: 30,
  }),
  concurrentSpawns: optional(count, {
    description: "Servers that may be starting at once; further ones are asked to wait.",
    unit: "servers",
    default: 20,
  }),
});

const culling = z.strictObject({
  enabled: optional(z.boolean(), { description: "End servers that nobody uses.", default: true }),
  idle: optional(duration, {
    description: "How long a server may be without activity.",
    unit: durationUnit,
    default: "1h",
  }),
  every: optional(duration, { description: "How often to look.", unit: durationUnit, default: "5m" }),
  maxAge: optional(duration, {
    description: "End servers older than this even when busy; 0s: never.",
    unit: durationUnit,
    default: "0s",
  }),
});

const dask = z.strictObject({
  enabled: optional(z.boolean(), { description: "Offer Dask clusters to users.", default: true, speed: "gated" }),
  workerCores: optional(cores, { description: "Cores of one worker.", unit: coresUnit, default: 1 }),
  workerMemory: optional(memory, { description: "Memory of one worker.", unit: memoryUnit, default: "1G" }),
  maxWorkersPerCluster: optional(count, {
    description: "Workers that one Dask cluster may have.",
    unit: "workers",
    default: 4,
  }),
  maxClustersPerUser: optional(count, {
    description: "Dask clusters that one user may have at once.",
    unit: "Dask clusters",
    default: 2,
  }),
  idle: optional(duration, {
    description: "End a Dask cluster that had no work for so long; 0s: never.",
    unit: durationUnit,
    default: "1h",
  }),
  nodeGroup: optional(name, {
    description: "Node group of the cluster on which workers run (Kubernetes). Left out: wherever there is room.",
    example: "workers",
    speed: "gated",
  }),
  schedulerNodeGroup: optional(name, {
    description:
      "Node group on which schedulers run (Kubernetes). A Dask cluster outlives a lost worker and not a lost scheduler: no spot nodes. Left out: wherever there is room.",
    example: "user",
    speed: "gated",
  }),
});

const appearance = z.strictObject({
  logo: optional(fleetPath, {
    description: "Picture shown on the hub's pages: a path in the fleet.",
    example: "appearance/logo.png",
  }),
  templates: optional(fleetPath, {
    description:
      "Directory with templates of the hub's pages: a path in the fleet. One that extends `templates/page.html` keeps title and announcement.",
    example: "appearance/templates",
  }),
});

const check = z.strictObject({
  name: required(name, { description: "Name of the check: `hubfleet check --only extra/NAME`.", example: "climate" }),
  file: required(fleetPath.regex(/\.(?:py|ipynb)$/, "a Python script (.py) or a notebook (.ipynb)"), {
    description: "Python script or notebook to run in a user's server: a path in the fleet. It fails when it raises.",
    example: "checks/climate.ipynb",
  }),
  profile: optional(name, {
    description: "Profile of the server that it runs in. Left out: the hub's default one.",
    example: "large",
  }),
  timeout: optional(duration, { description: "How long it may take.", unit: durationUnit, default: "10m" }),
  after: optional(duration, {
    description:
      "How long after a check it can first be seen: the check defers it, and a later `hubfleet check` finishes it. 0s: at once.",
    unit: durationUnit,
    default: "0s",
    example: "2h",
  }),
});

const chart = z.strictObject({
  version: required(z.string().regex(/^v?\d+\.\d+\.\d+(?:[-+.][0-9A-Za-z.+-]+)?$/, "an exact version"), {
    description: "Exact version of the chart.",
    example: "4.2.0",
  }),
  digest: optional(z.string().regex(/^sha256:[0-9a-f]{64}$/), { description: "Digest of the chart's archive." }),
});

/**
 * What platform.yaml, groups/*.yaml and hubs/*.yaml have in common. Layers are merged in this order: platform, groups,
 * hub. Maps are merged by key and profiles by id; every other list is replaced as a whole.
 */
export const hubSettingsShape = {
  images: optional(images, { description: "Which image fills which role.", default: {}, speed: "gated" }),
  profiles: optional(z.array(profileSchema), {
    description: "What users may choose when they start a server.",
    default: [],
    speed: "gated",
  }),
  limits: optional(limits, { description: "Ceilings for servers and for the hub.", default: {}, speed: "live" }),
  culling: optional(culling, { description: "Ending servers that are not used.", default: {}, speed: "live" }),
  access: optional(accessSchema, { description: "Who may enter, and as what.", default: {}, speed: "live" }),
  storage: optional(storageSchema, {
    description: "Where homes are kept, and directories beyond them.",
    default: {},
    speed: "live",
  }),
  dask: optional(dask, { description: "Dask clusters that users may start.", default: {}, speed: "live" }),
  appearance: optional(appearance, { description: "The hub's own look.", default: {}, speed: "gated" }),
  announcement: optional(z.string(), {
    description: "Shown on the hub's pages, as HTML; empty: none.",
    default: "",
    example: "The hub restarts on Friday at noon.",
    speed: "live",
  }),
  checks: optional(z.array(check), {
    description: "What `hubfleet check` runs in addition, as a temporary user of the hub.",
    default: [],
    example: [{ name: "climate", file: "checks/climate.ipynb" }],
    speed: "live",
  }),
  environment: optional(environmentSchema, {
    description: "Environment variables of every user's server. No secrets.",
    default: {},
    example: { TZ: "UTC" },
    speed: "gated",
  }),
  hubConfig: optional(z.record(z.string(), z.record(z.string(), z.unknown())), {
    description: "Settings of JupyterHub and its parts by class, as hub.config of the JupyterHub chart takes them.",
    default: {},
    example: { JupyterHub: { shutdown_on_logout: true } },
    speed: "gated",
  }),
  chartValues: optional(
    z.strictObject({
      jupyterhub: optional(z.record(z.string(), z.unknown()), {
        description: "Values of the jupyterhub chart.",
        default: {},
      }),
      "dask-gateway": optional(z.record(z.string(), z.unknown()), {
        description: "Values of the dask-gateway chart.",
        default: {},
      }),
    }),
    {
      description: "Plain values of the charts, for what no setting covers. Used on Kubernetes only.",
      default: {},
      example: { jupyterhub: { scheduling: { userScheduler: { enabled: false } } } },
      speed: "gated",
    },
  ),
  charts: optional(
    z.strictObject({
      jupyterhub: optional(chart, { description: "The jupyterhub chart (zero-to-jupyterhub)." }),
      "dask-gateway": optional(chart, { description: "The dask-gateway chart." }),
    }),
    {
      description: "Versions of the charts. Used on Kubernetes only.",
      default: {},
      example: { jupyterhub: { version: "4.2.0" } },
      speed: "gated",
    },
  ),
  network: optional(networkSchema, {
    description: "How people reach the hub, and what servers reach. Used on Kubernetes only.",
    example: { entry: { kind: "load-balancer" }, https: { kind: "letsencrypt", email: "ops@example.org" } },
    speed: "gated",
  }),
  pods: optional(podsSchema, {
    description: "Size and place of the hub's own pods. Used on Kubernetes only.",
    example: { hub: { memoryGuarantee: "512M" } },
    speed: "gated",
  }),
  extraCharts: optional(extraChartsSchema, {
    description: "Further charts that are installed beside the hub, in its namespace, by a name of your choice.",
    example: {
      files: { repository: "https://charts.example.org", chart: "files", version: "1.2.3", values: { replicas: 1 } },
    },
    speed: "gated",
  }),
  manifests: optional(z.array(fleetPath), {
    description:
      "Files with objects of Kubernetes that belong to the hub: paths in the fleet. They go into the hub's namespace.",
    example: ["manifests/quota.yaml"],
    speed: "gated",
  }),
} as const;

const hubSettings = z.strictObject(hubSettingsShape);
export type WrittenHubSettings = z.infer<typeof hubSettings>;
export type WrittenProfile = z.infer<typeof profileSchema>;
export type WrittenAccess = z.infer<typeof accessSchema>;

import { z } from "zod";

import { documentVersion, optional, required } from "./key.ts";
import { name } from "./names.ts";
import { cores, coresUnit, duration, durationUnit, memory, memoryUnit } from "./quantities.ts";

const nodeGroup = z.strictObject({
  instance: required(z.string().min(1), {
    description: "Instance type in the provider's words.",
    example: "m7i.xlarge",
  }),
  min: optional(z.number().int().min(0).max(10_000), { description: "Fewest nodes.", unit: "nodes", default: 0 }),
  max: required(z.number().int().min(1).max(10_000), { description: "Most nodes.", unit: "nodes", example: 10 }),
  spot: optional(z.boolean(), { description: "Cheaper nodes that may be taken away.", default: false }),
  taints: optional(z.array(z.string().regex(/^[^\s=:]+(?:=[^\s=:]*)?:(?:NoSchedule|PreferNoSchedule|NoExecute)$/)), {
    description: "Taints as key=value:effect.",
    default: [],
    example: ["dedicated=user:NoSchedule"],
  }),
  labels: optional(z.record(z.string(), z.string()), {
    description: "Labels by which its nodes are known. Left out: `hubfleet.io/node-group` with the group's name.",
    example: { "hub.jupyter.org/node-purpose": "user" },
  }),
  cores: optional(cores, {
    description:
      "Cores of a node that pods can have, as `kubectl describe node` says under Allocatable. With it, Dask workers are cut so that they fill a node.",
    unit: coresUnit,
    example: 15.8,
  }),
  memory: optional(memory, {
    description: "Memory of a node that pods can have, as `kubectl describe node` says under Allocatable.",
    unit: memoryUnit,
    example: "58G",
  }),
  disk: optional(memory, { description: "Size of a node's disk.", unit: memoryUnit, default: "100G" }),
  gpu: optional(
    z.strictObject({
      type: required(z.string().min(1), { description: "Kind of GPU.", example: "nvidia-l4" }),
      count: required(z.number().int().min(1).max(16), { description: "GPUs per node.", example: 1 }),
    }),
    {
      description: "GPUs of each node.",
      example: { type: "nvidia-l4", count: 1 },
    },
  ),
});

const provider = (kind: string): { description: string; example: string } => ({
  description:
    "Where the cluster runs: local (processes on this machine), kubeconfig (a cluster that exists), aws, gcp, digitalocean or azure.",
  example: kind,
});

const kubernetesShape = {
  kubernetesVersion: optional(z.string().regex(/^\d+\.\d+$/), {
    description: "Kubernetes version, quoted.",
    example: "1.36",
  }),
  context: optional(z.string().min(1), {
    description: "Context of the kubeconfig. Left out: the cluster's name.",
    example: "campus",
  }),
  server: optional(z.url({ protocol: /^https$/ }), {
    description: "Address of the API server. Another cluster behind the same context is refused.",
    example: "https://cluster.example.org:6443",
  }),
  certificateAuthority: optional(z.string().regex(/^sha256:[0-9a-f]{64}$/), {
    description: "Fingerprint of the API server's certificate authority.",
  }),
  registry: optional(name, {
    description:
      "Name of the registry in fleet.yaml from which the cluster pulls; images of its hubs are copied there. Left out: the first.",
    example: "main",
  }),
  helm: optional(z.enum(["3", "4"]), { description: "Major version of Helm, quoted.", default: "4" }),
  pull: optional(z.enum(["nodes", "registry", "none"]), {
    description:
      "Before a hub is changed: look its images up and have every node that may run them pull them (`nodes`), only look them up (`registry`), or neither (`none`).",
    default: "nodes",
  }),
  nodeGroups: optional(z.record(name, nodeGroup), {
    description: "Node groups by name.",
    default: {},
    example: { user: { instance: "m7i.xlarge", max: 10 } },
  }),
  addOns: optional(
    z.record(
      z.enum(["autoscaler", "certManager", "ingress", "prometheus", "grafana", "sharedStorage", "spotTermination"]),
      z
        .strictObject({
          version: required(z.string().min(1), { description: "Exact version.", example: "1.2.3" }),
          digest: optional(z.string().regex(/^sha256:[0-9a-f]{64}$/), {
            description: "Digest of the chart's archive. With it, other bytes under the same version are refused.",
          }),
          values: optional(z.record(z.string(), z.unknown()), {
            description: "Values of its chart; they win over hubfleet's.",
            default: {},
            example: { service: { type: "NodePort" } },
          }),
        })
        .optional(),
    ),
    {
      description:
        "What runs beside the hubs, each pinned: charts that `apply cluster/NAME` installs (certManager, ingress by Traefik, prometheus, grafana), and what goes with the provider of the cluster.",
      default: {},
      example: { grafana: { version: "1.2.3" } },
    },
  ),
} as const;

const cloudShape = {
  region: required(z.string().min(1), { description: "Region in the provider's words.", example: "eu-central-1" }),
  zones: optional(z.array(z.string().min(1)), {
    description: "Zones of the region. Left out: the provider's choice.",
    default: [],
  }),
  ...kubernetesShape,
} as const;

const local = z.strictObject({
  version: documentVersion,
  provider: required(z.literal("local"), provider("local")),
  address: optional(z.union([z.ipv4(), z.ipv6(), z.literal("localhost")]), {
    description:
      "Address on which the hubs listen. Beyond this machine only with https and a login of its own for everybody.",
    default: "127.0.0.1",
    example: "0.0.0.0",
  }),
  https: optional(
    z.strictObject({
      key: required(z.string().min(1), {
        description: "Path of the private key, outside the fleet.",
        example: "/etc/ssl/private/hub.pem",
      }),
      certificate: required(z.string().min(1), {
        description: "Path of the certificate with its chain.",
        example: "/etc/ssl/certs/hub.pem",
      }),
    }),
    { description: "Key and certificate for HTTPS." },
  ),
  housekeeping: optional(
    z.strictObject({
      keepEnvironments: optional(duration, {
        description:
          "How long an environment stays after the last use of it. Going back to an image within this time builds nothing.",
        unit: durationUnit,
        default: "14d",
        example: "2d",
      }),
      keepServerLogs: optional(duration, {
        description: "How long the log of a user's server stays after the last line of it.",
        unit: durationUnit,
        default: "30d",
        example: "7d",
      }),
    }),
    { description: "How long this machine keeps what nothing uses any more.", default: {} },
  ),
});

/** clusters/NAME.yaml: where hubs run. */
export const clusterFile = z.discriminatedUnion("provider", [
  local,
  z.strictObject({
    version: documentVersion,
    provider: required(z.literal("kubeconfig"), provider("kubeconfig")),
    ...kubernetesShape,
  }),
  z.strictObject({
    version: documentVersion,
    provider: required(z.literal("aws"), provider("aws")),
    account: optional(z.string().regex(/^\d{12}$/), { description: "Account number, quoted." }),
    ...cloudShape,
  }),
  z.strictObject({
    version: documentVersion,
    provider: required(z.literal("gcp"), provider("gcp")),
    project: required(z.string().min(1), { description: "Google Cloud project.", example: "example-project" }),
    ...cloudShape,
  }),
  z.strictObject({
    version: documentVersion,
    provider: required(z.literal("digitalocean"), provider("digitalocean")),
    ...cloudShape,
  }),
  z.strictObject({
    version: documentVersion,
    provider: required(z.literal("azure"), provider("azure")),
    resourceGroup: required(z.string().min(1), { description: "Resource group.", example: "example-hubs" }),
    ...cloudShape,
  }),
]);

export type WrittenCluster = z.infer<typeof clusterFile>;

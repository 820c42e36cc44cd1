import { z } from "zod";

import { hubSettingsShape } from "./hub-settings.ts";
import { documentVersion, optional, required } from "./key.ts";
import { name } from "./names.ts";

const groups = z.array(name);

/** As Helm takes them. */
const releaseName = z
  .string()
  .max(53)
  .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/, "lower-case letters, digits and hyphens");

/** platform.yaml: what every hub shares. */
export const platformFile = z.strictObject({ version: documentVersion, ...hubSettingsShape });

/** groups/NAME.yaml: what some hubs share. */
export const groupFile = z.strictObject({
  version: documentVersion,
  description: optional(z.string(), { description: "What the hubs of this group have in common.", default: "" }),
  groups: optional(groups, {
    description: "Groups whose settings come before this one's.",
    default: [],
    example: ["classes"],
  }),
  ...hubSettingsShape,
});

/** hubs/NAME.yaml: one JupyterHub with its Dask Gateway. */
export const hubFile = z.strictObject({
  version: documentVersion,
  title: optional(z.string().min(1), {
    description: "What people call the hub. Left out: its name.",
    example: "Research",
    speed: "gated",
  }),
  cluster: required(name, {
    description: "Cluster that the hub runs on: a file under clusters/.",
    example: "here",
    speed: "gated",
  }),
  stage: required(name, {
    description: "Stage of fleet.yaml that the hub belongs to.",
    example: "production",
    speed: "gated",
  }),
  groups: optional(groups, {
    description: "Groups whose settings the hub takes, in this order; later ones win.",
    default: [],
    example: ["classes"],
    speed: "gated",
  }),
  domain: optional(
    z
      .string()
      .regex(
        /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
        "a host name in lower case",
      ),
    {
      description: "Host name under which people reach the hub.",
      example: "hub.example.org",
      speed: "gated",
    },
  ),
  namespace: optional(name, {
    description: "Namespace of the cluster that belongs to the hub (Kubernetes). Left out: the hub's name.",
    example: "research-prod",
    speed: "gated",
  }),
  releases: optional(
    z.strictObject({
      jupyterhub: optional(releaseName, {
        description: "Release of the jupyterhub chart. Left out: the hub's name.",
        example: "jhub",
        speed: "gated",
      }),
      daskGateway: optional(releaseName, {
        description: "Release of the dask-gateway chart. Left out: the hub's name with -dask-gateway.",
        example: "daskgateway",
        speed: "gated",
      }),
    }),
    {
      description:
        "Names of the hub's Helm releases, for a hub that was installed by somebody else and is taken over (Kubernetes).",
      example: { jupyterhub: "jhub" },
      speed: "gated",
    },
  ),
  port: optional(z.number().int().min(1024).max(65_526), {
    description: "First of ten ports in a row that the hub uses on a local cluster; the first is the one people open.",
    unit: "port",
    example: 18_000,
    speed: "gated",
  }),
  basePath: optional(
    z.string().regex(/^\/(?:[A-Za-z0-9][A-Za-z0-9._~-]*\/)*$/, "a path that starts and ends with a slash"),
    {
      description:
        "Path under which the hub answers; starts and ends with a slash. Left out: /NAME/ on a local cluster, / elsewhere.",
      example: "/research/",
      speed: "gated",
    },
  ),
  twin: optional(name, {
    description: "Hub of an earlier stage on which the same community tries changes first.",
    example: "staging",
    speed: "gated",
  }),
  renamedFrom: optional(name, {
    description:
      "The hub's old name, after its file was renamed: homes, database, secrets and user ids move along. May go when every machine has applied it.",
    example: "research",
    speed: "live",
  }),
  ...hubSettingsShape,
});

export type WrittenPlatform = z.infer<typeof platformFile>;
export type WrittenGroup = z.infer<typeof groupFile>;
export type WrittenHub = z.infer<typeof hubFile>;

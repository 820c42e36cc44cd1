import { z } from "zod";

import { optional, required } from "./key.ts";
import { imageName, name, variableName } from "./names.ts";
import { cores, coresUnit, memory, memoryUnit } from "./quantities.ts";

export const environmentSchema = z.record(variableName, z.string());

/** A choice that users have when they start a server. */
export const profileSchema = z.strictObject({
  id: required(name, {
    description:
      "Name of the profile, by which layers find it: a later layer with the same id changes only the keys that it sets.",
    example: "large",
  }),
  name: optional(z.string().min(1), {
    description: "What users see. Needed once, in the layer that defines the profile.",
    example: "Large",
  }),
  description: optional(z.string(), { description: "A sentence below the name.", default: "" }),
  default: optional(z.boolean(), {
    description: "Chosen in advance. Without any, the first profile is.",
    default: false,
  }),
  remove: optional(z.boolean(), { description: "Takes an inherited profile away from this hub.", default: false }),
  notebookImage: optional(imageName, {
    description: "Image of the user's server. Left out: the hub's notebook image.",
    example: "lab",
  }),
  workerImage: optional(imageName, {
    description:
      "Image of Dask workers started from it. Left out: the profile's notebook image, or else the hub's worker image.",
    example: "lab",
  }),
  cpuLimit: optional(cores, {
    description: "Cores that the server may use. Left out: limits.cpuLimit.",
    unit: coresUnit,
    example: 2,
  }),
  cpuGuarantee: optional(cores, { description: "Cores kept free for the server.", unit: coresUnit, example: 0.5 }),
  memoryLimit: optional(memory, {
    description: "Memory that the server may use before it is ended. Left out: limits.memoryLimit.",
    unit: memoryUnit,
    example: "2G",
  }),
  memoryGuarantee: optional(memory, {
    description: "Memory kept free for the server.",
    unit: memoryUnit,
    example: "512M",
  }),
  nodeGroup: optional(name, {
    description: "Node group of the cluster on which the server runs (Kubernetes).",
    example: "user",
  }),
  allowedGroups: optional(z.array(name), {
    description: "Groups of users who may choose it. Empty: everybody.",
    default: [],
    example: ["teachers"],
  }),
  environment: optional(environmentSchema, {
    description: "Environment variables of servers started from it, on top of the hub's.",
    default: {},
    example: { OMP_NUM_THREADS: "2" },
  }),
  spawner: optional(z.record(z.string(), z.unknown()), {
    description:
      "Settings of KubeSpawner for servers of this profile, as kubespawner_override takes them, for what no key covers (Kubernetes).",
    example: { extra_resource_limits: { "nvidia.com/gpu": "1" } },
  }),
});

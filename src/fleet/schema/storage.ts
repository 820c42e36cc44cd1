import { z } from "zod";

import { optional, required } from "./key.ts";
import { name } from "./names.ts";
import { memory, memoryUnit } from "./quantities.ts";

const sharedDirectory = z.strictObject({
  name: required(name, {
    description: "Name of the directory, below `shared` in every home.",
    example: "tutorial-data",
  }),
  writers: optional(z.enum(["everyone", "admins"]), {
    description: "Who may write: everyone, or admins only.",
    default: "everyone",
  }),
});

const disk = z.strictObject({
  size: optional(memory, {
    description: "Size of each user's disk. It can grow and never shrinks.",
    unit: memoryUnit,
    default: "10G",
  }),
  storageClass: optional(z.string().min(1), {
    description: "Storage class of new disks. Left out: the cluster's default one.",
    example: "fast",
  }),
});

const nfs = z.strictObject({
  server: required(z.string().regex(/^[A-Za-z0-9.:-]+$/, "a host name or address"), {
    description: "Host name or address of the NFS server.",
    example: "nfs.example.org",
  }),
  path: required(z.string().regex(/^\/[^\s]*$/, "a path from the root"), {
    description:
      "What it exports. Homes are below `homes`, shared directories below `shared`; both are made if absent.",
    example: "/export/research",
  }),
  mountOptions: optional(z.array(z.string().min(1)), {
    description: "Options of the mount.",
    default: ["nfsvers=4.2", "hard", "noatime"],
  }),
});

/** Where users' files are. On `local`: directories of this machine. */
export const storageSchema = z.strictObject({
  shared: optional(z.array(sharedDirectory), {
    description: "Directories that all users of the hub see. On Kubernetes they need storage.nfs.",
    default: [],
    example: [{ name: "tutorial-data", writers: "admins" }],
  }),
  disk: optional(disk, {
    description: "A disk for each user (Kubernetes); the way it is without storage.nfs.",
    example: { size: "20G", storageClass: "fast" },
  }),
  nfs: optional(nfs, {
    description: "Homes and shared directories on an NFS server, instead of a disk for each user (Kubernetes).",
    example: { server: "nfs.example.org", path: "/export/research" },
    speed: "gated",
  }),
});

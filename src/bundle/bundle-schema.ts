import { z } from "zod";

import { imageName, name } from "../fleet/schema/names.ts";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const commit = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const bundleId = z.string().regex(/^\d{4}\.\d{2}\.\d{2}-[0-9a-f]{8}$/);
const settings = z.record(z.string(), z.unknown());
const reference = z.strictObject({ id: bundleId, digest });

const image = z.strictObject({
  role: z.enum(["hub", "notebook", "worker"]),
  python: z.string(),
  variantOf: imageName.optional(),
  /** Of the lock file's bytes; an image that is taken from a registry as it is has none. */
  lock: digest.optional(),
  /** Of everything that it is built from. */
  inputs: digest,
  /** Taken from a registry as it is. */
  from: z.string().optional(),
  /** By digest; Kubernetes hubs wait until there is one. */
  container: z.union([
    z.literal("none yet"),
    z.strictObject({
      reference: z.string().regex(/@sha256:[0-9a-f]{64}$/),
      platforms: z.array(z.string()).min(1),
    }),
  ]),
});

/** The document of a bundle: what is promoted, whole and unchanging. `version: 1`. */
export const bundleFile = z.strictObject({
  version: z.literal(1),
  /** uuid of the fleet. */
  fleet: z.string(),
  madeAt: z.iso.datetime(),
  /** The commit that it was made from. */
  commit,
  /** The bundle before it. */
  parent: reference.optional(),
  /** `bundle patch`: what runs, with some parts replaced. */
  patch: z.strictObject({ from: reference, only: z.array(z.string()).min(1) }).optional(),
  /** Revision of how hubfleet renders hubs; another one may make something else of the same settings. */
  renderer: z.string().min(1),
  images: z.record(imageName, image),
  /** Which worker image belongs to which notebook image. */
  pairs: z.array(z.strictObject({ notebook: imageName, worker: imageName })),
  charts: z.record(z.string(), z.strictObject({ version: z.string(), digest })),
  /** Version of JupyterHub; undefined where no lock and no chart says. */
  jupyterhub: z.string().optional(),
  settings: z.strictObject({
    commit,
    platform: settings,
    groups: z.record(name, z.strictObject({ groups: z.array(name), settings })),
    origins: z.record(z.string(), z.string()),
  }),
  /** Contents of files that gated settings name, by path: logos, templates. */
  files: z.record(z.string(), digest),
  /** Every version in use while it was made and tested: hubfleet, uv, helm, Python, … */
  versions: z.record(z.string(), z.string()),
});

export type BundleDocument = z.infer<typeof bundleFile>;
export type BundleImage = BundleDocument["images"][string];
export type BundleReference = z.infer<typeof reference>;

import type { Cluster, Hub, LocalCluster } from "../../fleet/fleet.ts";

/**
 * What this machine holds its hubs to: the gated part of each, and the locks its images are built from, as the working tree
 * had them at `up`, or as the bundle says that the hub was given. Kept here so that a hub comes back without the repository.
 */
export interface Draft {
  readonly version: 1;
  readonly hubs: Readonly<Record<string, DraftHub>>;
}

export interface DraftHub {
  /** When `up` last changed it, or the hub was given the bundle; ISO 8601. */
  readonly since: string;
  readonly hub: Hub;
  readonly cluster: LocalCluster;
  /** By image name. */
  readonly images: Readonly<Record<string, DraftImage>>;
  /** Names of the copies of logo and templates that the hub reads. */
  readonly look: { readonly logo?: string; readonly templates?: string };
  /** What it is made of; undefined: a working tree. */
  readonly bundle?: { readonly id: string; readonly digest: string };
  /** Absolute path of the copy of hubfleet's own Python that it runs; undefined: that of the hubfleet at work. */
  readonly code?: string;
  /** The draft that the hub's first bundle replaced: what it goes back to when that one fails. */
  readonly before?: Omit<DraftHub, "bundle" | "code" | "before">;
}

/** An image as it is run here: a lock on an interpreter. */
export interface DraftImage {
  /** SHA-256 of the lock; its text is kept beside the draft. */
  readonly lockDigest: string;
  readonly pythonMinor: string;
  /** Absolute path of the environment; its name is made from lock, Python version and platform. */
  readonly environment: string;
}

/**
 * The hub that `apply` puts in place: gated settings from the draft, live ones from what is written now.
 * The split is the one that the schema states key by key (`speed`), which a test compares.
 */
export function mergeSpeeds(draft: Hub, written: Hub): Hub {
  const { renamedFrom: _before, ...gated } = draft;
  const { nfs: _files, ...storage } = written.storage;
  const { nodeGroup: _workers, schedulerNodeGroup: _schedulers, ...dask } = written.dask;
  const { enabled, nodeGroup, schedulerNodeGroup } = draft.dask;
  return {
    ...gated,
    ...(written.renamedFrom === undefined ? {} : { renamedFrom: written.renamedFrom }),
    access: { ...written.access, login: draft.access.login },
    limits: written.limits,
    culling: written.culling,
    storage: { ...storage, ...(draft.storage.nfs === undefined ? {} : { nfs: draft.storage.nfs }) },
    dask: {
      ...dask,
      enabled,
      ...(nodeGroup === undefined ? {} : { nodeGroup }),
      ...(schedulerNodeGroup === undefined ? {} : { schedulerNodeGroup }),
    },
    announcement: written.announcement,
    checks: written.checks,
  };
}

export function isLocal(cluster: Cluster | undefined): cluster is LocalCluster {
  return cluster?.provider === "local";
}

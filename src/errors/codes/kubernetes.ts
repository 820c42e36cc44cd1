import type { CodeText } from "../code-text.ts";

/** Hubs on Kubernetes. */
export const kubernetesCodes = {
  NOT_ON_KUBERNETES: {
    meaning: "A command that is about Kubernetes was given a hub whose cluster is this machine.",
    remedy: "Name a hub whose cluster has another provider than `local`.",
  },
  CHART_NOT_PINNED: {
    meaning: "No layer of a hub on Kubernetes says which version of a chart it is installed with.",
    cause: "hubfleet never takes the newest one by itself: what runs is what was tried.",
    remedy: "Write its version under `charts`, usually in platform.yaml.",
  },
  SHARED_NEEDS_NFS: {
    meaning: "A hub on Kubernetes is to have directories that all users see, and each user has a disk of their own.",
    cause: "A disk belongs to one pod at a time.",
    remedy: "Keep homes and shared directories on an NFS server (storage.nfs), or have no shared ones on this hub.",
  },
  HTTPS_DOES_NOT_FIT: {
    meaning: "Where HTTPS is to end does not go with the way in which people reach the hub.",
    remedy: "Behind an ingress name a Secret; behind a Gateway write `offload`, for it has the certificate.",
  },
  HTTPS_MISSING: {
    meaning: "People would reach a hub on Kubernetes without HTTPS: passwords and cookies would go in the clear.",
    remedy: "Set network.https; `offload` where a load balancer in front of the hub has the certificate.",
  },
  WORKER_DOES_NOT_FIT: {
    meaning: "A Dask worker is larger than every node of the group that it is to run on. It would wait for ever.",
    remedy: "Make workers smaller, or name a group with larger nodes.",
  },
  NAMESPACE_CLASH: {
    meaning: "Two hubs have the same namespace of the same cluster.",
    cause: "What is in a namespace belongs to one hub: the two would take each other's things away.",
    remedy: "Give each hub a namespace of its own, or leave it out: it is the hub's name then.",
  },
  HUB_CONFIG_UNKNOWN: {
    meaning:
      "hubConfig, or what a profile says to its spawner, names something that no class of JupyterHub listens to.",
    cause: "Usually a slip of the pen. JupyterHub itself would start and do nothing about it.",
    remedy: "Take the name that is suggested, or look it up in the documentation of the class.",
  },
  HUB_CLASS_UNKNOWN: {
    meaning: "hubConfig names a class that hubfleet does not know, so nobody could look whether its settings exist.",
    remedy: "Nothing, where the hub's image brings the class; else correct the name.",
  },
  CHART_IMAGE_LOOSE: {
    meaning: "Chart values name a container image by a reference that is none, or that means another image tomorrow.",
    remedy: "Give it a tag that says a version, or a digest.",
  },
  HUB_NOT_READY: {
    meaning: "What a hub consists of on its cluster did not get ready in time. What was there before may still serve.",
    cause:
      "The message names it: an image, too little room, a volume, a missing Secret, a quota, a container that ends.",
    remedy: "Do what the hint says, then apply again; `hubfleet why hub/NAME` looks anew.",
  },
  MANIFEST_INVALID: {
    meaning: "A file of a hub's `manifests` holds something that is no object of Kubernetes in a namespace.",
    remedy:
      "Give each object apiVersion, kind and metadata.name; what belongs to the whole cluster has no place there.",
  },
} as const satisfies Record<string, CodeText>;

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
  NO_BUNDLE_GIVEN: {
    meaning: "Hubs on Kubernetes were to be applied, and none of them was ever given a bundle.",
    cause: "Away from this machine nothing runs but what went through the stages.",
    remedy: "`hubfleet bundle new`, then `hubfleet promote BUNDLE --to STAGE`.",
  },
  IMAGE_WITHOUT_CONTAINER: {
    meaning: "A hub on Kubernetes is to run an image of which its bundle has no container.",
    cause: "The image was locked and never built and pushed before the bundle was made.",
    remedy: "`hubfleet image build --push`, then `hubfleet bundle new`.",
  },
  LIVE_NOT_READ: {
    meaning: "A hub's live settings lie in its namespace, and the hub did not read them in time.",
    cause: "The node's kubelet is slow or away, or the hub's pod has another volume than hubfleet gave it.",
    remedy: "`hubfleet why hub/NAME`, then `hubfleet apply hub/NAME` again: nothing else is missing.",
  },
  HUB_LEASE_HELD: {
    meaning: "Another command is changing this hub, on this machine or on another one.",
    remedy: "Wait until it is done. What a killed one held is free some seconds after its last sign of life.",
  },
  DISKS_UNPROTECTED: {
    meaning: "Helm would delete a disk that a teardown is to keep, for its release does not mark it as kept.",
    cause: "The release was installed by an earlier hubfleet, or by somebody else.",
    remedy: "`hubfleet apply hub/NAME` marks it; then `destroy` keeps it. Or --delete-homes, where nobody needs it.",
  },
  RELEASE_UNREADABLE: {
    meaning: "Helm's record of a release cannot be read.",
    cause: "It was damaged, or a Helm that writes it in another way installed the release.",
    remedy: "Look at it with `helm status` and `helm get values`.",
  },
  HUB_NOT_OURS: {
    meaning: "In the hub's namespace is a release of its name that hubfleet did not install and has not taken over.",
    cause: "Somebody installed the hub with Helm; its servers and disks are theirs.",
    remedy: "Take it over first (docs/guides/adopt.md), or remove it with `helm uninstall`.",
  },
  ADOPTION_REFUSED: {
    meaning: "A release that somebody else installed cannot be taken over as the hub's settings are.",
    cause: "Taking it over would leave people's homes or the hub's database behind, or Helm would refuse the change.",
    remedy: "Change the settings that the message names, or leave the hub to whoever installed it.",
  },
  CLONE_DIRTY: {
    meaning: "Files that hubs away from this machine are made of differ from what is committed.",
    cause: "What runs there must be in a commit: the next person, and automation, go by the repository.",
    remedy: "Commit them, or put them aside with `git stash`.",
  },
  CLONE_BEHIND: {
    meaning: "A hub has live settings of a commit that this clone's HEAD does not contain. Nothing was changed.",
    cause: "The clone is stale, or somebody applied a branch that was never merged.",
    remedy: "`git pull`, and try again.",
  },
  RELEASE_STUCK: {
    meaning: "Helm has an operation on a release that did not end, and hubfleet did not begin it.",
    remedy: "Wait for whoever did; if nobody is at it any more, `helm rollback` ends it.",
  },
  MANIFEST_INVALID: {
    meaning: "A file of a hub's `manifests` holds something that is no object of Kubernetes in a namespace.",
    remedy:
      "Give each object apiVersion, kind and metadata.name; what belongs to the whole cluster has no place there.",
  },
} as const satisfies Record<string, CodeText>;

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
  MANIFEST_INVALID: {
    meaning: "A file of a hub's `manifests` holds something that is no object of Kubernetes in a namespace.",
    remedy:
      "Give each object apiVersion, kind and metadata.name; what belongs to the whole cluster has no place there.",
  },
} as const satisfies Record<string, CodeText>;

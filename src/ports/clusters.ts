import type { Helm, HelmMajor } from "./helm.ts";
import type { Kubernetes } from "./kubernetes.ts";

/** What use-cases about Kubernetes clusters ask. */
export interface Clusters {
  readonly kubernetes: Kubernetes;
  readonly helm: (major: HelmMajor) => Helm;
}

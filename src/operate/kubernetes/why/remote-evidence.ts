import type { HelmRelease } from "../../../ports/helm.ts";
import type { ClusterEvent, KubernetesObject } from "../../../ports/kubernetes.ts";
import type { AppliedMetadata } from "../../../runtime/kubernetes/remote-applied.ts";
import type { NamespaceSight, PodTrouble } from "../../../runtime/kubernetes/pod-troubles.ts";

/** Everything that was looked at to say why a hub on Kubernetes is not well. */
export interface RemoteEvidence {
  readonly hub: string;
  readonly namespace: string;
  readonly now: Date;
  readonly hasNamespace: boolean;
  readonly applied: AppliedMetadata | undefined;
  readonly hasGateway: boolean;
  readonly sight: NamespaceSight;
  /** With the end of the log that each points to. */
  readonly troubles: readonly (PodTrouble & { readonly lines: readonly string[] })[];
  /** The end of the hub's log, where no trouble has it. */
  readonly hubLines: readonly string[];
  /** Those of the hub's namespace. */
  readonly releases: readonly HelmRelease[];
  /** The Service that leads to the proxy from outside. */
  readonly entry: KubernetesObject | undefined;
  /** Who changes the hub right now. */
  readonly holder: string;
}

/** Warnings about what is no longer there: pods of servers that were given up. */
export function eventsOfGonePods({ sight }: Pick<RemoteEvidence, "sight">): readonly ClusterEvent[] {
  const names = new Set(sight.pods.map(({ metadata }) => metadata.name));
  const last = new Map<string, ClusterEvent>();
  for (const event of sight.events) {
    if (event.isWarning && event.about.kind === "Pod" && !names.has(event.about.name))
      last.set(event.about.name, event);
  }
  return [...last.values()];
}

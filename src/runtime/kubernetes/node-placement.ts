import type { NodeGroup } from "../../fleet/kubernetes-settings.ts";

export interface Toleration {
  readonly key: string;
  readonly operator: "Equal" | "Exists";
  readonly value?: string;
  readonly effect: string;
}

/** What a pod says to get onto the nodes of a group, and past their taints. */
export interface Placement {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
}

export function placeOn(group: NodeGroup): Placement {
  const gpu: Toleration[] = group.hasGpus ? [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }] : [];
  const written = group.taints.map(toleration);
  const isTold = written.some(({ key }) => key === "nvidia.com/gpu");
  return { nodeSelector: group.labels, tolerations: [...written, ...(isTold ? [] : gpu)] };
}

/** Left out of what is written where nothing has to be tolerated. */
export function someTolerations(tolerations: readonly Toleration[]): readonly Toleration[] | undefined {
  return tolerations.length === 0 ? undefined : tolerations;
}

/** "dedicated=user:NoSchedule" → what tolerates it. */
function toleration(taint: string): Toleration {
  const [, key = "", value, effect = ""] = /^([^=:]+)(?:=([^:]*))?:(.+)$/.exec(taint) ?? []; // checked by the schema
  return value === undefined || value === ""
    ? { key, operator: "Exists", effect }
    : { key, operator: "Equal", value, effect };
}

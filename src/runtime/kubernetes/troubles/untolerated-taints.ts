import type { KubernetesObject } from "../../../ports/kubernetes.ts";

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

/** For each node that keeps a pod away: the first taint by which it does. New schedulers say only how many nodes there are. */
export function untoleratedTaints(
  nodes: readonly KubernetesObject[],
  tolerations: readonly Toleration[],
): readonly Taint[] {
  return nodes.flatMap((node) => {
    const { taints = [] } = Object(node["spec"]) as { readonly taints?: readonly Taint[] }; // as the API has it
    const first = taints.find(
      (taint) => taint.effect !== "PreferNoSchedule" && !tolerations.some((one) => isTolerated(taint, one)),
    );
    return first === undefined ? [] : [first];
  });
}

function isTolerated(taint: Taint, { key, operator = "Equal", value = "", effect }: Toleration): boolean {
  if (effect !== undefined && effect !== "" && effect !== taint.effect) return false;
  if (key === undefined || key === "") return operator === "Exists";
  return key === taint.key && (operator === "Exists" || value === (taint.value ?? ""));
}

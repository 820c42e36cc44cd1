import type { PodSize } from "../../fleet/kubernetes-settings.ts";
import { coresQuantity, quantity } from "./quantity.ts";

/** A size as Kubernetes has it: what is kept free, and the ceiling. */
export function podResources({ cpuGuarantee, cpuLimit, memoryGuaranteeBytes, memoryLimitBytes }: PodSize): object {
  const requests = amounts(cpuGuarantee, memoryGuaranteeBytes);
  const limits = amounts(cpuLimit, memoryLimitBytes);
  return {
    ...(Object.keys(requests).length === 0 ? {} : { requests }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}

function amounts(cores: number | undefined, bytes: number | undefined): Record<string, string> {
  return {
    ...(cores === undefined ? {} : { cpu: coresQuantity(cores) }),
    ...(bytes === undefined ? {} : { memory: quantity(bytes) }),
  };
}

import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import type { PodTrouble } from "./trouble.ts";

interface WrittenNode {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
      readonly lastTransitionTime?: string;
    }[];
  };
}

const pressures: Readonly<Record<string, string>> = {
  DiskPressure: "its disk is nearly full",
  MemoryPressure: "its memory is nearly used up",
  PIDPressure: "it runs nearly as many processes as it can",
};

/** What is wrong with a node, in words; undefined for one that is well. */
export function nodeTrouble(node: KubernetesObject): PodTrouble | undefined {
  const { name } = node.metadata;
  const conditions = (node as WrittenNode).status?.conditions ?? []; // the API server holds nodes to their schema
  const ready = conditions.find(({ type }) => type === "Ready");
  const hint = `kubectl describe node ${name}; a node that does not come back is to be replaced`;
  if (ready !== undefined && ready.status !== "True") {
    const silent = ready.status === "Unknown";
    const words = `${silent ? "it no longer reports to the cluster" : "it is not ready"}: ${ready.message ?? ready.reason ?? ""}`;
    return { kind: "node-not-ready", about: `node ${name}`, words, hint, since: dateOf(ready.lastTransitionTime) };
  }
  const pressed = conditions.find(({ type, status }) => status === "True" && pressures[type] !== undefined);
  if (pressed === undefined) return undefined;
  const words = `${pressures[pressed.type]}: ${pressed.message ?? ""}`;
  return { kind: "node-not-ready", about: `node ${name}`, words, hint, since: dateOf(pressed.lastTransitionTime) };
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

import type { ClusterEvent, KubernetesObject } from "../../../ports/kubernetes.ts";
import type { PodTrouble } from "./trouble.ts";

interface WrittenWorkload {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly readyReplicas?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
      readonly lastTransitionTime?: string;
    }[];
  };
}

/** Pods that are not even made: quotas, limits, admission. Deployments say so themselves; of others there is an event. */
export function creationTrouble(workload: KubernetesObject, events: readonly ClusterEvent[]): PodTrouble | undefined {
  const { kind, metadata } = workload;
  const { spec = {}, status = {} } = workload as WrittenWorkload; // the API server holds workloads to their schema
  const failure = status.conditions?.find((one) => one.type === "ReplicaFailure" && one.status === "True");
  const event = events.findLast(
    ({ about, reason }) => reason === "FailedCreate" && about.kind === kind && about.name === metadata.name,
  );
  const isShort = (status.readyReplicas ?? 0) < (spec.replicas ?? 1);
  const message = failure?.message ?? (kind !== "Deployment" && isShort ? event?.message : undefined);
  if (message === undefined) return undefined;
  const since = failure?.lastTransitionTime === undefined ? event?.at : new Date(failure.lastTransitionTime);
  const about = `${kind.toLowerCase()} ${metadata.name}`;
  return { about, since, ...refusal(message.replace(/^Error creating: /, "")) };
}

/**
 * Why a pod, or anything else, was not made.
 *
 * | the API server says | kind |
 * | ------------------- | ---- |
 * | exceeded quota, failed quota, maximum or minimum usage | namespace-quota |
 * | service account not found | configuration-missing |
 * | a webhook or policy, in its own words; PodSecurity | admission-refused |
 */
function refusal(message: string): Pick<PodTrouble, "kind" | "words" | "hint"> {
  const said = message.replace(/^pods "[^"]*" is forbidden: /, "").replace(/^pods "[^"]*" not found: /, "");
  const [, quota, numbers] = /exceeded quota: ([^,]+), (.*)/.exec(said) ?? [];
  if (quota !== undefined) {
    const words = `no pod is made: it would exceed the namespace's quota "${quota}" (${numbers})`;
    return { kind: "namespace-quota", words, hint: "raise the quota, or make room: fewer or smaller pods" };
  }
  const [, strict, what] = /failed quota: ([^:]+): must specify (.*)/.exec(said) ?? [];
  if (strict !== undefined) {
    const words = `no pod is made: the namespace's quota "${strict}" counts what it does not state (${what})`;
    return {
      kind: "namespace-quota",
      words,
      hint: "give the container requests and limits, or the namespace a LimitRange with defaults",
    };
  }
  if (/(?:maximum|minimum) \S+ usage per|limit to request ratio/.test(said)) {
    const words = `no pod is made: it is outside of the namespace's limit range: ${said}`;
    return { kind: "namespace-quota", words, hint: "change the container's requests and limits, or the LimitRange" };
  }
  const [, account] = /serviceaccount "([^"]+)" not found/.exec(said) ?? [];
  if (account !== undefined) {
    const words = `no pod is made: its service account "${account}" is not there`;
    return { kind: "configuration-missing", words, hint: "make it, or correct its name in the chart's values" };
  }
  const [, webhook, reason] = /admission webhook "([^"]+)" denied the request: ?(.*)/s.exec(said) ?? [];
  if (webhook !== undefined) {
    const words = `no pod is made: the cluster's policy "${webhook}" refuses it: ${reason}`;
    return { kind: "admission-refused", words, hint: "mend what it names, or ask whoever runs the cluster" };
  }
  const [, dead, why] = /failed calling webhook "([^"]+)": (.*)/s.exec(said) ?? [];
  if (dead !== undefined) {
    const words = `no pod is made: the cluster asks the webhook "${dead}" first, and it does not answer: ${why}`;
    return { kind: "admission-refused", words, hint: "whoever runs the cluster must mend the webhook or take it away" };
  }
  return { kind: "admission-refused", words: `no pod is made: ${said}`, hint: "mend what the cluster names" };
}

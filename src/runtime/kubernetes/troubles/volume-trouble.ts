import type { ClusterEvent, KubernetesObject } from "../../../ports/kubernetes.ts";
import type { PodView } from "./pod-view.ts";
import { isAboutClaims } from "./scheduling-trouble.ts";
import type { PodTrouble } from "./trouble.ts";

interface WrittenClaim {
  readonly spec?: { readonly storageClassName?: string; readonly volumeName?: string };
  readonly status?: { readonly phase?: string };
}

/** Claims without a volume, while a pod waits for them. */
export function claimTroubles(
  pod: PodView,
  claims: readonly KubernetesObject[],
  events: readonly ClusterEvent[],
): readonly PodTrouble[] {
  const { unscheduled } = pod;
  // A claim that waits for its first consumer is not to blame while the scheduler has other reasons.
  if (pod.isScheduled || (unscheduled !== undefined && !isAboutClaims(unscheduled.message))) return [];
  const told = { about: pod.about, pod: pod.name, kind: "claim-pending", since: unscheduled?.since } as const;
  return pod.claims.flatMap((name): PodTrouble[] => {
    const claim = claims.find(({ metadata }) => metadata.name === name);
    if (claim === undefined) {
      const words = `its volume claim "${name}" is not there`;
      return [{ ...told, words, hint: "somebody deleted it, or it has another name: kubectl get pvc" }];
    }
    const { spec = {}, status = {} } = claim as WrittenClaim; // the API server holds claims to their schema
    if (status.phase === "Bound") return [];
    const own = events.filter(({ about }) => about.kind === "PersistentVolumeClaim" && about.name === name);
    const why = claimCause(spec.storageClassName, own);
    if (status.phase === "Lost") {
      const words = `the volume "${spec.volumeName ?? ""}" of its claim "${name}" is gone`;
      return [
        {
          ...told,
          words,
          hint: "what was on it is lost unless the provider has it; delete the claim to get a new one",
        },
      ];
    }
    if (why === undefined && unscheduled === undefined) return [];
    const { words, hint } = why ?? { words: unscheduled?.message ?? "", hint: `kubectl describe pvc ${name}` };
    return [{ ...told, words: `its volume claim "${name}" has no volume yet: ${words}`, hint }];
  });
}

function claimCause(
  storageClass: string | undefined,
  events: readonly ClusterEvent[],
): { readonly words: string; readonly hint: string } | undefined {
  const failed = events.findLast(({ reason }) => reason === "ProvisioningFailed" || reason === "FailedBinding");
  if (failed !== undefined && /storageclass\S* "[^"]*" not found/.test(failed.message)) {
    return {
      words: `the cluster has no storage class "${storageClass ?? ""}"`,
      hint: "name one of `kubectl get storageclass` as the storage class; a claim's class cannot be changed, so the claim must be made anew",
    };
  }
  if (failed !== undefined && /no storage class is set/.test(failed.message)) {
    return {
      words: "it names no storage class, and the cluster has no default one",
      hint: "name one of `kubectl get storageclass` as the storage class, or make one the default",
    };
  }
  if (failed !== undefined) {
    return {
      words: failed.message,
      hint: "these are the provisioner's words: quota, zone or permissions at the provider",
    };
  }
  const waits = events.findLast(({ reason }) => reason === "ExternalProvisioning");
  if (waits === undefined) return undefined;
  const [, provisioner = ""] = /provisioner '([^']*)'/.exec(waits.message) ?? [];
  return {
    words: `it waits for the provisioner "${provisioner}" of storage class "${storageClass ?? ""}"`,
    hint: `look whether that provisioner runs (its pods are in kube-system, usually), and what it says`,
  };
}

/** Volumes, Secrets and ConfigMaps that do not come to a pod which has its node. */
export function mountTrouble(pod: PodView): PodTrouble | undefined {
  const waits = pod.containers.some(
    ({ waiting }) => waiting?.reason === "ContainerCreating" || waiting?.reason === "PodInitializing",
  );
  if (!pod.isScheduled || !waits || pod.containers.some(({ runningSince }) => runningSince !== undefined))
    return undefined;
  const event = pod.events.findLast(({ reason }) => reason === "FailedAttachVolume" || reason === "FailedMount");
  if (event === undefined) return sandboxTrouble(pod);
  const base = { about: pod.about, pod: pod.name, since: event.at };
  if (/Multi-Attach|already (?:exclusively )?(?:attached|used)/i.test(event.message)) {
    return {
      ...base,
      kind: "volume-elsewhere",
      words: `its volume is attached to another node: ${event.message}`,
      hint: "it comes free some minutes after the pod that had it is gone; a pod on a dead node keeps it until the node is deleted",
    };
  }
  const [, kind, name] = /(configmap|secret) "([^"]+)" not found/i.exec(event.message) ?? [];
  if (kind !== undefined) {
    const words = `${kind.toLowerCase() === "secret" ? "Secret" : "ConfigMap"} "${name}", which it mounts, is not there`;
    return {
      ...base,
      kind: "configuration-missing",
      words,
      hint: "make it, or correct its name; the pod starts then by itself",
    };
  }
  return {
    ...base,
    kind: "volume-not-mounted",
    words: `a volume cannot be mounted: ${event.message}`,
    hint: "for NFS: does the node reach the server, and does the server export that path to it",
  };
}

function sandboxTrouble(pod: PodView): PodTrouble | undefined {
  const event = pod.events.findLast(({ reason }) => reason === "FailedCreatePodSandBox");
  if (event === undefined) return undefined;
  return {
    kind: "node-not-ready",
    about: pod.about,
    pod: pod.name,
    since: event.at,
    words: `node ${pod.node ?? "?"} cannot make a pod: ${event.message}`,
    hint: "look at the node's network plug-in: has the subnet addresses left, do its pods run",
  };
}

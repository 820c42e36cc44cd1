import { type HubPart, hubParts, readHubPods } from "../../../runtime/kubernetes/hub-pods.ts";
import type { Diagnosis } from "../../why/diagnose.ts";
import { type Finding, finding } from "../../why/finding.ts";
import { lastWords } from "../../why/log-lines.ts";
import { hubLogFinding } from "./hub-log-finding.ts";
import { eventsOfGonePods, type RemoteEvidence } from "./remote-evidence.ts";

/** Says what is wrong with a hub on Kubernetes and why. Pure: everything it knows is in the evidence. */
export function diagnoseRemote(evidence: RemoteEvidence): Diagnosis {
  const { hub, now, holder, hubLines } = evidence;
  const symptoms = findSymptoms(evidence);
  const found = [
    ...neverApplied(evidence),
    ...releaseStuck(evidence),
    ...evidence.troubles.map((trouble) => troubleFinding(trouble, evidence)),
    ...partsWithoutPods(evidence),
    ...entryPending(evidence),
    ...serversGivenUp(evidence),
  ];
  const isWrong = found.length > 0 || symptoms.length > 0;
  // A lease is an explanation only while something else is not as it should be.
  const findings = isWrong && holder !== "" ? [beingChanged(evidence), ...found] : found;
  const isExplained = symptoms.length === 0 || findings.some(({ cause }) => cause !== "server-does-not-start");
  const verdict = !isWrong ? "nothing wrong" : isExplained ? "cause found" : "unknown";
  const told = lastWords(hubLines, 8);
  return {
    ...{ version: 1, hub, at: now, verdict, findings, symptoms },
    lastWords: verdict === "unknown" && told.length > 0 ? [{ component: "hub", lines: told }] : [],
    notes: isWrong ? [] : [...(holder === "" ? [] : [`"${holder}" is changing it`]), ...restartNotes(evidence)],
    well: `the pods of hub/${hub} are ready`,
  };
}

function findSymptoms({ sight, applied, hasGateway }: RemoteEvidence): readonly string[] {
  if (applied === undefined) return [];
  const { parts } = readHubPods(sight.pods);
  const expected: readonly HubPart[] = hasGateway ? hubParts : ["hub", "proxy"];
  return expected
    .filter((part) => parts[part].ready === 0)
    .map((part) => (parts[part].all === 0 ? `there is no pod of the ${part}` : `the pod of the ${part} is not ready`));
}

function beingChanged({ hub, holder }: RemoteEvidence): Finding {
  return finding({
    cause: "being-changed",
    wrong: `hub/${hub} is being changed right now`,
    because: `"${holder}" holds its lease`,
    next: [`# wait for it, then: hubfleet why hub/${hub}`],
  });
}

function neverApplied({ hub, namespace, hasNamespace, applied, sight }: RemoteEvidence): readonly Finding[] {
  if (applied !== undefined) return [];
  const stranger = sight.pods.some(({ metadata: { labels } }) => labels?.["component"] === "hub");
  const because = !hasNamespace
    ? `its namespace "${namespace}" is not there`
    : stranger
      ? `namespace "${namespace}" has a hub that hubfleet did not put there`
      : `namespace "${namespace}" is there, and hubfleet put no hub into it`;
  const next = [`hubfleet plan hub/${hub}`, `hubfleet apply hub/${hub}`];
  return [finding({ cause: "never-applied", wrong: `hub/${hub} does not run`, because, next })];
}

function releaseStuck({ hub, releases, holder }: RemoteEvidence): readonly Finding[] {
  if (holder !== "") return []; // it is being changed
  return releases
    .filter(({ status }) => status !== "deployed")
    .map(({ name, status, revision }) =>
      finding({
        cause: "release-unfinished",
        wrong: `hub/${hub} may be half of what it should be`,
        because: `Helm's release ${name} is "${status}" at revision ${revision}: the command that changed it failed or was ended`,
        next: [`hubfleet apply hub/${hub}`],
      }),
    );
}

function troubleFinding(
  trouble: RemoteEvidence["troubles"][number],
  { hub, namespace }: Pick<RemoteEvidence, "hub" | "namespace">,
): Finding {
  const { kind, about, words, hint, since, lines, log, pod } = trouble;
  const told = about === "deployment hub" ? hubLogFinding(hub, lines, since) : undefined;
  if (told !== undefined) return told;
  const previous = log?.isPrevious === true ? " --previous" : "";
  return finding({
    cause: kind,
    wrong: noticed(about),
    because: `${about}: ${words}`,
    since,
    next: [
      `# ${hint}`,
      ...(log === undefined ? [] : [`kubectl -n ${namespace} logs ${pod ?? ""} -c ${log.container}${previous}`]),
      ...(about.startsWith("deployment ") ? [`hubfleet apply hub/${hub}`] : []),
    ],
    lines,
  });
}

/** What people notice of it. */
function noticed(about: string): string {
  if (about === "deployment hub") return "nobody can log in or start a server";
  if (about === "deployment proxy" || about === "deployment autohttps") return "nobody reaches the hub or a server";
  if (/^deployment (?:api|controller|traefik)-/.test(about)) return "nobody can start or reach a Dask cluster";
  if (about.startsWith("node ")) return "pods that need this node do not run";
  if (about.startsWith("the server of ")) return `${about} does not start`;
  return `${about} does not run`;
}

const deploymentNames: Readonly<Record<HubPart, RegExp>> = {
  hub: /^hub$/,
  proxy: /^proxy$/,
  gateway: /^api-/,
  controller: /^controller-/,
  traefik: /^traefik-/,
};

/** What somebody scaled to nothing or deleted: nobody then makes a pod, and nothing says so. */
function partsWithoutPods(evidence: RemoteEvidence): readonly Finding[] {
  const { hub, namespace, applied, hasGateway, sight, troubles } = evidence;
  if (applied === undefined || sight.workloads.length === 0) return [];
  const { parts } = readHubPods(sight.pods);
  const expected: readonly HubPart[] = hasGateway ? hubParts : ["hub", "proxy"];
  return expected.flatMap((part): Finding[] => {
    const workload = sight.workloads.find(({ metadata }) => deploymentNames[part].test(metadata.name));
    const about = `deployment ${workload?.metadata.name ?? part}`;
    if (parts[part].all > 0 || troubles.some((one) => one.about === about)) return [];
    const { replicas = 1 } = Object(workload?.["spec"]) as { readonly replicas?: number }; // as the API has it
    const wrong = noticed(about);
    if (workload === undefined) {
      const because = `${about} is not there: somebody deleted it`;
      const next = [`hubfleet apply hub/${hub}`];
      return [finding({ cause: "part-missing", wrong, because, next })];
    }
    if (replicas > 0) return [];
    const because = `${about} is scaled to 0 pods`;
    const next = [`kubectl -n ${namespace} scale deployment ${workload.metadata.name} --replicas 1`];
    return [finding({ cause: "scaled-down", wrong, because, next })];
  });
}

/** A load balancer that has no address, where nobody else leads to the hub. */
function entryPending({ entry, sight }: RemoteEvidence): readonly Finding[] {
  const { type } = Object(entry?.["spec"]) as { readonly type?: string }; // as the API has it
  const { loadBalancer = {} } = Object(entry?.["status"]) as {
    readonly loadBalancer?: { readonly ingress?: unknown[] };
  };
  if (type !== "LoadBalancer" || (loadBalancer.ingress ?? []).length > 0) return [];
  const told = sight.events.findLast(({ about, isWarning }) => about.kind === "Service" && isWarning);
  const words = told === undefined ? "the cluster has nothing that gives it one, or is still at it" : told.message;
  return [
    finding({
      cause: "entry-pending",
      wrong: "nobody reaches the hub from outside",
      because: `its load balancer (service proxy-public) has no address: ${words}`,
      since: told?.at,
      next: [
        "# look at the provider's quota for addresses, or choose another network.entry",
        "kubectl describe service proxy-public",
      ],
    }),
  ];
}

/** JupyterHub takes a pod away that did not start in time; what the cluster said of it stays for an hour. */
function serversGivenUp({ sight, hub }: RemoteEvidence): readonly Finding[] {
  return eventsOfGonePods({ sight })
    .filter(({ about }) => about.name.startsWith("jupyter-"))
    .map(({ about, message, at }) =>
      finding({
        cause: "server-does-not-start",
        wrong: `the server of pod ${about.name} did not start, and was given up`,
        because: message,
        since: at,
        next: [`hubfleet logs hub/${hub} -n 100`],
      }),
    );
}

/** Containers that run again after an end that nobody asked for. */
function restartNotes({ sight }: RemoteEvidence): readonly string[] {
  return sight.pods.flatMap(({ metadata, status }) => {
    const { containerStatuses = [] } = Object(status) as {
      readonly containerStatuses?: readonly {
        readonly name: string;
        readonly ready?: boolean;
        readonly restartCount?: number;
        readonly lastState?: { readonly terminated?: { readonly reason?: string; readonly finishedAt?: string } };
      }[];
    }; // as the API has it
    return containerStatuses.flatMap(({ name, ready, restartCount = 0, lastState }) => {
      const end = lastState?.terminated;
      if (ready !== true || restartCount === 0 || end === undefined) return [];
      const times = restartCount === 1 ? "once" : `${restartCount} times`;
      const why = end.reason === "OOMKilled" ? "for using too much memory" : `(${end.reason ?? "?"})`;
      return [
        `container ${name} of pod ${metadata.name} ended ${times} ${why}, last at ${end.finishedAt ?? "?"}, and runs again`,
      ];
    });
  });
}

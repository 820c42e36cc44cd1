import { imageTrouble } from "./image-trouble.ts";
import type { ContainerEnd, ContainerView, PodView } from "./pod-view.ts";
import type { PodTrouble } from "./trouble.ts";

/** How long a container may run without being ready before its probe is worth a word. */
const probeMilliseconds = 30_000;

/** What keeps one container of a pod that is not ready from running. */
export function containerTrouble(pod: PodView, container: ContainerView, now: Date): PodTrouble | undefined {
  return (
    imageTrouble(pod, container) ??
    configurationTrouble(pod, container) ??
    endTrouble(pod, container) ??
    probeTrouble(pod, container, now)
  );
}

function configurationTrouble(pod: PodView, { name, waiting }: ContainerView): PodTrouble | undefined {
  if (waiting?.reason !== "CreateContainerConfigError") return undefined;
  const base = { about: pod.about, pod: pod.name };
  const [, kind, wanted] = /(secret|configmap) "([^"]+)" not found/i.exec(waiting.message) ?? [];
  if (kind !== undefined) {
    const words = `${kind.toLowerCase() === "secret" ? "Secret" : "ConfigMap"} "${wanted}", which it reads, is not there`;
    const hint = "make it, or correct its name; the pod starts then by itself";
    return { ...base, kind: "configuration-missing", words, hint };
  }
  const [, key, place] = /couldn't find key (\S+) in (.+)/.exec(waiting.message) ?? [];
  if (key !== undefined) {
    const words = `${place} has no key "${key}", which it reads`;
    return { ...base, kind: "configuration-missing", words, hint: "add the key, or correct its name" };
  }
  const words = `the node refuses to start container "${name}": ${waiting.message}`;
  return {
    ...base,
    kind: "container-refused",
    words,
    hint: "mend the container's security settings in the chart's values",
  };
}

function endTrouble(pod: PodView, container: ContainerView): PodTrouble | undefined {
  const { name, waiting, restarts } = container;
  const end = container.ended ?? container.endedBefore;
  const base = { about: pod.about, pod: pod.name, since: end?.at };
  if (waiting?.reason === "RunContainerError" || waiting?.reason === "CreateContainerError") {
    const words = `container "${name}" cannot be started: ${waiting.message}`;
    return { ...base, kind: "crash-loop", words, hint: "look at its command and its mounts: does the image have them" };
  }
  const hasEnded = end !== undefined && (end.exitCode !== 0 || waiting?.reason === "CrashLoopBackOff");
  if (!hasEnded || container.isReady) return undefined;
  const log = { container: name, isPrevious: container.ended === undefined };
  const times = restarts === 0 ? "" : `; started again ${restarts === 1 ? "once" : `${restarts} times`}`;
  if (end.reason === "OOMKilled") {
    const limit = container.limits["memory"];
    const words = `container "${name}" was ended because it used more memory than ${limit === undefined ? "the node has" : `its limit of ${limit}`}${times}`;
    const hint =
      limit === undefined ? "give it a memory limit and request" : "raise its memory limit, or make it use less";
    return { ...base, kind: "out-of-memory", words, hint, log };
  }
  const unhealthy = pod.events.findLast(
    ({ reason, message }) => reason === "Killing" && message.includes(`${name} failed liveness probe`),
  );
  if (unhealthy !== undefined) {
    const words = `container "${name}" is ended again and again because its liveness probe fails${times}${probeWords(pod)}`;
    return { ...base, kind: "probe-failing", words, hint: "its log tells what keeps it from answering", log };
  }
  const words = `container "${name}" ends by itself with ${endWords(end)}${times}`;
  return {
    ...base,
    kind: "crash-loop",
    words,
    hint: "its last words tell why",
    log,
  };
}

function endWords({ exitCode, message }: ContainerEnd): string {
  const said = message.trim() === "" ? "" : `: ${message.trim()}`;
  return `exit status ${exitCode}${exitCode > 128 ? ` (signal ${exitCode - 128})` : ""}${said}`;
}

/** A container that only just started is given its time. */
function probeTrouble(pod: PodView, { name, isReady, runningSince }: ContainerView, now: Date): PodTrouble | undefined {
  if (isReady || runningSince === undefined || now.getTime() - runningSince.getTime() < probeMilliseconds)
    return undefined;
  const unhealthy = pod.events.findLast(({ reason }) => reason === "Unhealthy");
  if (unhealthy === undefined) return undefined;
  return {
    kind: "probe-failing",
    about: pod.about,
    pod: pod.name,
    words: `container "${name}" runs and is not ready${probeWords(pod)}`,
    hint: "its log tells what keeps it from answering",
    since: runningSince,
    log: { container: name, isPrevious: false },
  };
}

function probeWords(pod: PodView): string {
  const message =
    pod.events
      .findLast(({ reason }) => reason === "Unhealthy")
      ?.message.trim()
      .replace(/:$/, "") ?? "";
  return message === "" ? "" : `: ${message}`;
}

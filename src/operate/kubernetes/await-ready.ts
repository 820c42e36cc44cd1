import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import type { Report } from "../../ports/local-world.ts";
import { podTroubles, type PodTrouble } from "../../runtime/kubernetes/pod-troubles.ts";
import { lastingTroubles } from "../../runtime/kubernetes/troubles/trouble.ts";
import { readWorkload, type WorkloadKind, type WorkloadView } from "../../runtime/kubernetes/troubles/workload-view.ts";
import { lastWordsOf } from "./last-words.ts";
import { lookAtNamespace } from "./look-at-namespace.ts";

export interface WorkloadReference {
  readonly kind: WorkloadKind;
  readonly name: string;
}

export interface AwaitReadyProps {
  readonly connection: ClusterConnection;
  readonly namespace: string;
  readonly workloads: readonly WorkloadReference[];
  /** Whom the notes are about: "hub/staging". */
  readonly target: string;
  readonly timeoutMilliseconds: number;
  readonly report: Report;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const pollMilliseconds = 500;
/** Why it takes so long is asked less often, and told once it holds. */
const lookMilliseconds = 2_000;
const holdsMilliseconds = 2_000;
/** What waiting does not mend is waited for no longer than this. */
const lastingMilliseconds = 60_000;

interface Watched extends PodTrouble {
  readonly firstSeen: number;
}

/**
 * Waits until every workload runs as it was last asked to, and nothing of how it ran before is left. Reasons for waiting are
 * reported as notes, each once. A cluster that does not answer for a while is waited for, too.
 * @throws HubfleetError HUB_NOT_READY with the reasons: at the time limit, or earlier where waiting does not help
 */
export async function awaitReady(props: AwaitReadyProps): Promise<void> {
  const { clock, signal, target, report } = props;
  const start = clock.now().getTime();
  const only = new Set(props.workloads.map(({ kind, name }) => `${kind.toLowerCase()} ${name}`));
  const told = new Set<string>();
  let watched: readonly Watched[] = [];
  let missing: readonly string[] = [];
  let nextLook = start + lookMilliseconds;
  for (;;) {
    signal.throwIfAborted();
    const now = clock.now().getTime();
    try {
      missing = await findMissing(props, new Date(now));
      if (missing.length === 0) return;
      if (now >= nextLook) {
        const sight = await lookAtNamespace(props.connection, props.namespace, signal);
        watched = watch(podTroubles(sight, clock.now(), only), watched, now);
        nextLook = now + lookMilliseconds;
      }
    } catch (error) {
      missing = [unanswered(error)];
    }
    for (const trouble of watched.filter(({ firstSeen }) => now - firstSeen >= holdsMilliseconds)) {
      if (told.has(keyOf(trouble))) continue;
      told.add(keyOf(trouble));
      report({ target, state: "note", text: `${trouble.about}: ${trouble.words}` });
    }
    const isOver = now - start >= props.timeoutMilliseconds;
    if (isOver || watched.some((one) => lastingTroubles.has(one.kind) && now - one.firstSeen >= lastingMilliseconds)) {
      throw await notReady(props, { missing, watched, seconds: Math.round((now - start) / 1000) });
    }
    await clock.sleep(pollMilliseconds);
  }
}

/** What is not as it should be yet, in words. */
async function findMissing(
  { connection, namespace, workloads, signal }: AwaitReadyProps,
  now: Date,
): Promise<readonly string[]> {
  const kinds = [...new Set(workloads.map(({ kind }) => kind))];
  const [pods, ...lists] = await Promise.all([
    connection.list({ apiVersion: "v1", kind: "Pod", namespace }, signal),
    ...kinds.map((kind) => connection.list({ apiVersion: "apps/v1", kind, namespace }, signal)),
  ]);
  const objects = lists.flat();
  return workloads.flatMap(({ kind, name }): string[] => {
    const object = objects.find((one) => one.kind === kind && one.metadata.name === name);
    if (object === undefined) return [`${kind.toLowerCase()} ${name} is not there`];
    const view = readWorkload(object);
    if (!view.isDone) return [`${view.about}: ${view.available} of ${view.wanted} pods are ready`];
    const ending = pods.filter((pod) => isEnding(pod, view, now)).map(({ metadata }) => metadata.name);
    return ending.length === 0 ? [] : [`${view.about}: its earlier pod ${ending.join(", ")} is still ending`];
  });
}

/** A pod that should have been gone long ago (its node died) is nothing to wait for. */
const overdueMilliseconds = 30_000;

function isEnding({ metadata }: KubernetesObject, { selector }: WorkloadView, now: Date): boolean {
  const { deletionTimestamp, labels = {} } = metadata;
  if (deletionTimestamp === undefined || Object.keys(selector).length === 0) return false;
  if (Date.parse(deletionTimestamp) + overdueMilliseconds < now.getTime()) return false;
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function watch(troubles: readonly PodTrouble[], before: readonly Watched[], now: number): readonly Watched[] {
  return troubles.map((trouble) => {
    const firstSeen = before.find((one) => keyOf(one) === keyOf(trouble))?.firstSeen ?? now;
    return { ...trouble, firstSeen };
  });
}

/** One note for all that a workload's pods go through for the same reason. */
function keyOf({ kind, about }: PodTrouble): string {
  return `${kind} ${about}`;
}

function unanswered(error: unknown): string {
  if (error instanceof HubfleetError && error.code === "CLUSTER_UNREACHABLE") return error.message;
  throw error;
}

async function notReady(
  { connection, namespace, target, signal }: AwaitReadyProps,
  seen: { readonly missing: readonly string[]; readonly watched: readonly Watched[]; readonly seconds: number },
): Promise<HubfleetError> {
  const { missing, watched, seconds } = seen;
  const reasons = await Promise.all(
    watched.map(async (trouble) => {
      const words = await lastWordsOf(trouble, { connection, namespace, lines: 8 }, signal);
      return [`  ${trouble.about}: ${trouble.words}`, ...words.map((line) => `    | ${line}`)].join("\n");
    }),
  );
  const told = reasons.length === 0 ? missing.map((words) => `  ${words}`) : reasons;
  return new HubfleetError("HUB_NOT_READY", {
    message: [`${target} is not ready after ${seconds} s:`, ...told].join("\n"),
    hint: watched[0]?.hint ?? `hubfleet why ${target}`,
    retry: "later",
  });
}

import type { BundlePointer, HubPointer } from "./deployed.ts";
import type { FailedAttempt } from "./failed-attempt.ts";
import type { Hold } from "./hold.ts";
import type { HubState } from "./waves.ts";
import { momentWords } from "./words.ts";

/** A hub that does not run its stage's bundle, or not as it should. */
export interface OffStage {
  readonly hub: string;
  readonly kind: "draft" | "changing" | "held" | "failed" | "not-applied" | "waiting";
  /** What it runs now: a bundle's id, "draft"; null where nobody knows. */
  readonly runs: string | null;
  /** Why, in the operator's words. */
  readonly words: string;
  /** What to type; undefined: nothing of its own. */
  readonly next?: string;
  /** Of a failed one: what is on record of it. */
  readonly attempt?: FailedAttempt;
}

export interface OffStageProps {
  readonly hub: { readonly name: string; readonly stage: string };
  /** Of its stage; undefined: the stage has no bundle. */
  readonly stage: BundlePointer | undefined;
  /** What the hub is to run; undefined: it was never given a bundle. */
  readonly pointer: HubPointer | undefined;
  /** How far it has come with the stage's bundle. */
  readonly state: HubState;
  /** Of the hub itself; those that are over are none. */
  readonly hold: Hold | undefined;
  readonly failed: FailedAttempt | undefined;
  /** Since when it is held to a draft of `up` that is newer than its bundle. */
  readonly draftSince: string | undefined;
  /** What was seen to run: an id, "draft"; undefined: nothing was seen. */
  readonly seen: string | undefined;
}

/**
 * Why a hub is not at its stage's bundle; undefined: it is, or there is none.
 *
 * | the hub | kind |
 * | ------- | ---- |
 * | runs a draft, newer than its bundle | draft |
 * | is being changed, or was when a command ended | changing |
 * | is to run another bundle, and is on hold | held |
 * | did not do well with the stage's | failed |
 * | is to run the stage's bundle, and was seen with something else | not-applied |
 * | is to run another bundle, or none | waiting |
 */
export function offStage(props: OffStageProps): OffStage | undefined {
  const { hub, stage, pointer, state, hold, failed, draftSince, seen } = props;
  const target = `hub/${hub.name}`;
  const runs = seen ?? null;
  const about = { hub: hub.name, runs };
  if (draftSince !== undefined && pointer !== undefined) {
    const words = `runs a draft of \`hubfleet up\` since ${momentWords(Date.parse(draftSince))}, instead of ${pointer.id}`;
    return { ...about, kind: "draft", runs: "draft", words, next: `hubfleet rollback ${target}` };
  }
  if (stage === undefined) return undefined;
  const promote = `hubfleet promote ${stage.id} --to ${hub.stage}`;
  if (state === "changing") {
    const words = `is being changed to ${stage.id}, or was when a command was interrupted`;
    return { ...about, kind: "changing", words, next: promote };
  }
  const isStages = pointer?.digest === stage.digest;
  const stays = runs === null ? "" : `, and ${runs === "draft" ? "runs a draft" : `runs ${runs}`}`;
  if (hold !== undefined && !isStages) return { ...about, kind: "held", words: `is on hold${stays}` };
  if (state === "failed") {
    const because = failed === undefined ? "" : `: ${failed.words}`;
    const words = `did not do well with ${stage.id}${stays}${because}`;
    const attempt = failed === undefined ? {} : { attempt: failed };
    return { ...about, kind: "failed", words, next: `hubfleet why ${target}`, ...attempt };
  }
  if (isStages) {
    if (seen === undefined || seen === stage.id) return undefined;
    const words = `is to run ${stage.id}${stays}`;
    return { ...about, kind: "not-applied", words, next: `hubfleet apply ${target}` };
  }
  return { ...about, kind: "waiting", words: `waits for ${stage.id}${stays}` };
}

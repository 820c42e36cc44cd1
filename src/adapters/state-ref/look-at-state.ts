import type { MergeDocument, Preference } from "../../evidence/merge-documents.ts";
import { reapplyChanges, type StateConflict } from "../../evidence/reapply-changes.ts";
import { stateFileKind } from "../../evidence/state-layout.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StateSnapshot, StateStanding, StateWaiting } from "../../ports/state-ref.ts";
import { deletedRemotely, rewritten } from "./state-errors.ts";
import type { MoveOptions, RemoteAnswer, StateRefs, StateStore } from "./state-store.ts";

export interface View {
  readonly refs: StateRefs;
  /** Where the branch of this clone is now: it was brought up to date. */
  readonly local: string | undefined;
  readonly remote: string | undefined;
  readonly answer: RemoteAnswer | { readonly kind: "unasked" };
  readonly conflicts: readonly StateConflict[];
  readonly snapshot: StateSnapshot;
  /** What would wait if the branch of this clone were at this commit. */
  waitingOf(commit: string, why: Pick<StateWaiting, "reason" | "words">): Promise<StateWaiting | undefined>;
}

export interface LookProps {
  readonly clock: Clock;
  readonly attempts: number;
  readonly delayMilliseconds: (attempt: number) => number;
  readonly mergeDocument: MergeDocument;
}

export interface LookOptions {
  readonly isOffline: boolean;
  readonly signal: AbortSignal | undefined;
  /** How to decide keys that have two values. */
  readonly prefer: Preference | undefined;
}

export interface Look {
  /**
   * Asks the remote, takes what is new there, and puts what waits here on top of it. "moved": another command of this
   * machine did so at the same time; look again.
   */
  look(options: LookOptions): Promise<View | "moved">;
  /** Moves a ref forward to the commit, unless it is there or further already. `from`: where it is, probably. */
  ensureAtLeast(ref: "local" | "seen", commit: string, options: MoveOptions): Promise<void>;
}

export function createLook(store: StateStore, props: LookProps): Look {
  const { clock, attempts, delayMilliseconds, mergeDocument } = props;

  const look: Look["look"] = async ({ isOffline, signal, prefer }) => {
    // The refs are read before the remote is asked: what was seen by then, the remote must still have.
    const refs = await store.refs(signal);
    const remote = await store.remote();
    const answer =
      remote === undefined || isOffline ? ({ kind: "unasked" } as const) : await accept(remote, refs, signal);
    const hasAnswer = answer.kind === "at" || answer.kind === "absent";
    const base = answer.kind === "at" ? answer.commit : answer.kind === "absent" ? undefined : refs.seen;

    const { tip, conflicts } = await settle(base, refs.local, prefer);
    const isMoving = tip !== undefined && tip !== refs.local && refs.checkedOutAt === undefined;
    // Why something waits is not forgotten when it is put on top of something else.
    const note = (tip === base ? undefined : await store.lastNote()) ?? "brought up to date";
    if (isMoving && !(await store.move("local", tip, { from: refs.local, note }))) return "moved";

    const waitingOf: View["waitingOf"] = async (commit, why) => countWaiting(base, commit, why);
    const standing: StateStanding = {
      remote,
      reach: hasAnswer ? { kind: "current" } : { kind: "stale", words: staleWords(answer, isOffline) },
      isFirstSight: answer.kind === "at" && refs.seen === undefined,
      waiting:
        remote === undefined || tip === undefined
          ? undefined
          : await waitingOf(tip, await whyWaiting(answer, conflicts)),
    };
    const snapshot = { commit: tip, files: await store.files(tip), standing };
    return { refs, local: isMoving ? tip : refs.local, remote, answer, conflicts, snapshot, waitingOf };
  };

  /** What the remote has; remembered as seen when it follows what was seen before, refused when it does not. */
  const accept = async (remote: string, refs: StateRefs, signal?: AbortSignal): Promise<RemoteAnswer> => {
    for (let attempt = 1; ; attempt += 1) {
      const asked = await store.ask(remote, signal);
      if (asked.kind === "at" && asked.commit === refs.seen) return asked;
      const answer = asked.kind === "at" ? await store.fetch(remote, refs, signal) : asked;
      if (answer.kind === "unreachable") return answer;
      if (answer.kind === "absent") {
        if (refs.seen === undefined) return answer;
        throw deletedRemotely(remote, refs.seen);
      }
      if (refs.seen === undefined || (await store.isAncestor(refs.seen, answer.commit))) {
        await ensureAtLeast("seen", answer.commit, { from: refs.seen, note: "seen" });
        return answer;
      }
      const isBehind = await store.isAncestor(answer.commit, refs.seen);
      if (!isBehind || attempt >= Math.min(attempts, laggingAttempts))
        throw rewritten(remote, { seen: refs.seen, found: answer.commit, isBehind });
      await clock.sleep(delayMilliseconds(attempt));
    }
  };

  /** One line of commits out of what the remote has and what is here. */
  const settle = async (
    base: string | undefined,
    local: string | undefined,
    prefer: Preference | undefined,
  ): Promise<Settled> => {
    if (local === undefined || base === undefined) return { tip: base ?? local, conflicts: [] };
    if (await store.isAncestor(local, base)) return { tip: base, conflicts: [] };
    if (await store.isAncestor(base, local)) return { tip: local, conflicts: [] };
    let tip = base;
    for (const { message, at, changes } of await store.missing(base, local)) {
      const again = reapplyChanges(await store.files(tip), changes, { mergeDocument, prefer });
      if (again.kind === "conflict") return { tip: local, conflicts: again.conflicts };
      const isEmpty = again.write.size === 0 && again.remove.length === 0;
      if (!isEmpty) tip = await store.write(tip, again, { message, at });
    }
    return { tip, conflicts: [] };
  };

  const countWaiting = async (
    base: string | undefined,
    commit: string,
    why: Pick<StateWaiting, "reason" | "words">,
  ): Promise<StateWaiting | undefined> => {
    if (commit === base) return undefined;
    const commits = await store.missing(base, commit);
    const [oldest] = commits;
    if (oldest === undefined) return undefined;
    const records = new Set(
      commits
        .flatMap(({ changes }) =>
          [...changes].filter(([path, { before }]) => before === undefined && stateFileKind(path) === "record"),
        )
        .map(([path]) => path),
    );
    return { commits: commits.length, records: records.size, since: oldest.at, ...why };
  };

  const whyWaiting = async (
    answer: View["answer"],
    conflicts: readonly StateConflict[],
  ): Promise<Pick<StateWaiting, "reason" | "words">> => {
    if (conflicts.length > 0) {
      return { reason: "conflict", words: conflicts.map(({ path, keys }) => [path, ...keys].join(" ")).join(", ") };
    }
    if (answer.kind === "unreachable") return { reason: "unreachable", words: answer.words };
    const noted = /^not pushed: (unreachable|refused): (.*)$/.exec((await store.lastNote()) ?? "");
    if (noted === null) return { reason: "untried", words: "the command that wrote it ended before it was pushed" };
    return { reason: noted[1] as "unreachable" | "refused", words: noted[2] ?? "" }; // as the expression says
  };

  const ensureAtLeast: Look["ensureAtLeast"] = async (ref, commit, { from, note }) => {
    let now = from;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (now === commit || (await store.move(ref, commit, { from: now, note }))) return;
      now = (await store.refs())[ref];
      // It is further, or another line waits here since, which the next look puts on top.
      if (now !== undefined && !(await store.isAncestor(now, commit))) return;
    }
  };

  return { look, ensureAtLeast };
}

/** A replica of a Git host may lag behind what another acknowledged a moment ago. */
const laggingAttempts = 3;

interface Settled {
  readonly tip: string | undefined;
  /** Not empty: what waits here could not be put on top of what the remote has, and is `tip` as it was. */
  readonly conflicts: readonly StateConflict[];
}

function staleWords(answer: View["answer"], isOffline: boolean): string {
  if (answer.kind === "unreachable") return answer.words;
  return isOffline ? "the remote was not asked" : "there is no remote";
}

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type MergeDocument, mergeStateDocuments, type Preference } from "../../evidence/merge-documents.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  StateChange,
  StateCommitOptions,
  StateCommitted,
  StateEdit,
  StateRef,
  StateSnapshot,
  StateWaiting,
} from "../../ports/state-ref.ts";
import { checkEdit } from "./check-edit.ts";
import { createLook, type View } from "./look-at-state.ts";
import { checkedOut, conflicting, raceLost } from "./state-errors.ts";
import type { StateStore } from "./state-store.ts";

export interface StateRefProps {
  readonly clock: Clock;
  /** How often a commit is tried while others are faster. At least 1. */
  readonly attempts: number;
  /** How long to wait before the attempt (1 is the second); random, so that those who raced don't race again. */
  readonly delayMilliseconds: (attempt: number) => number;
  /** How two changes of a document become one, when one of them waited here. @default key by key, and the anchor of the records */
  readonly mergeDocument?: MergeDocument;
}

/** The order in which the steps of a store make a state that loses nothing, for whatever store. */
export function createStateRef(store: StateStore, props: StateRefProps): StateRef {
  const { clock, attempts, delayMilliseconds, mergeDocument = mergeStateDocuments } = props;
  const looking = createLook(store, { clock, attempts, delayMilliseconds, mergeDocument });

  const write = async (
    change: StateChange,
    { message, signal, prefer }: StateCommitOptions & { readonly prefer?: Preference | undefined },
  ): Promise<StateCommitted> => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (attempt > 0) await clock.sleep(delayMilliseconds(attempt));
      if (signal?.aborted)
        throw new HubfleetError("INTERRUPTED", { message: "interrupted before the state was written" });
      const view = await looking.look({ isOffline: false, signal, prefer });
      if (view === "moved") continue;
      if (view.refs.checkedOutAt !== undefined) throw checkedOut(view.refs.checkedOutAt);
      if (view.conflicts.length > 0) throw conflicting(view.conflicts, view.remote);
      const wanted = await change(view.snapshot);
      const edit = wanted === "nothing" ? undefined : checkEdit(view.snapshot.files, wanted);
      const committed = await attemptCommit(view, edit, { message, signal });
      if (committed !== "outrun") return committed;
    }
    throw raceLost(attempts);
  };

  /** Writes the edit (undefined: nothing) on what was looked at, and sends it. */
  const attemptCommit = async (
    view: View,
    edit: StateEdit | undefined,
    { message, signal }: { readonly message: string; readonly signal: AbortSignal | undefined },
  ): Promise<StateCommitted | "outrun"> => {
    const { snapshot, remote } = view;
    const made = edit && (await store.write(snapshot.commit, edit, { message, at: clock.now() }));
    const next = made ?? snapshot.commit;
    const done = made === undefined ? ("nothing" as const) : undefined;
    if (next === undefined) return { kind: "nothing", snapshot };
    const after = edit === undefined ? snapshot : { ...snapshot, commit: next, files: applyEdit(snapshot.files, edit) };

    if (remote === undefined) {
      if (made !== undefined && !(await keep(view, made, message))) return "outrun";
      return { kind: done ?? "kept", snapshot: after };
    }
    if (view.answer.kind === "unreachable") {
      return keepWaiting(view, after, { reason: "unreachable", words: view.answer.words });
    }
    const expected = view.answer.kind === "at" ? view.answer.commit : undefined;
    if (next === expected) return { kind: "nothing", snapshot: after };

    const pushed = await store.push(remote, next, { expected, signal });
    if (pushed.kind === "outrun") return "outrun";
    if (pushed.kind === "pushed" || (pushed.kind === "unsure" && (await hasArrived(view, next)))) {
      await looking.ensureAtLeast("seen", next, { from: expected, note: "pushed" });
      await looking.ensureAtLeast("local", next, { from: view.local, note: "pushed" });
      return { kind: "pushed", snapshot: withoutWaiting(after) };
    }
    const reason = pushed.kind === "refused" ? "refused" : "unreachable";
    return keepWaiting(view, after, { reason, words: pushed.words });
  };

  /** The answer to a push was lost: what the remote has decides. */
  const hasArrived = async ({ remote, refs }: View, commit: string): Promise<boolean> => {
    const answer = await store.fetch(remote ?? "", refs);
    return answer.kind === "at" && (await store.isAncestor(commit, answer.commit));
  };

  const keep = async ({ local }: View, commit: string, note: string): Promise<boolean> =>
    local === commit || store.move("local", commit, { from: local, note });

  const keepWaiting = async (
    view: View,
    snapshot: StateSnapshot,
    why: Pick<StateWaiting, "reason" | "words">,
  ): Promise<StateCommitted | "outrun"> => {
    const commit = snapshot.commit ?? "";
    if (!(await keep(view, commit, `not pushed: ${why.reason}: ${why.words}`))) return "outrun";
    const waiting = await view.waitingOf(commit, why);
    const kind = waiting === undefined ? "nothing" : "waiting";
    return { kind, snapshot: { ...snapshot, standing: { ...snapshot.standing, waiting } } };
  };

  return {
    async read({ isOffline = false, signal } = {}) {
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        if (attempt > 0) await clock.sleep(delayMilliseconds(attempt));
        const view = await looking.look({ isOffline, signal, prefer: undefined });
        if (view !== "moved") return view.snapshot;
      }
      throw raceLost(attempts);
    },
    commit: write,
    sync: ({ signal, prefer } = {}) =>
      write(() => "nothing", { message: "sync", prefer, ...(signal === undefined ? {} : { signal }) }),
  };
}

function applyEdit(files: ReadonlyMap<string, string>, { write, remove = [] }: StateEdit): ReadonlyMap<string, string> {
  const after = new Map([...files, ...write]);
  for (const path of remove) after.delete(path);
  return after;
}

function withoutWaiting(snapshot: StateSnapshot): StateSnapshot {
  return { ...snapshot, standing: { ...snapshot.standing, reach: { kind: "current" }, waiting: undefined } };
}

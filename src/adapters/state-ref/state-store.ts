import type { FileChange } from "../../evidence/reapply-changes.ts";
import type { StateEdit } from "../../ports/state-ref.ts";

/**
 * The steps that reading and writing the state are made of. Each is done or not done, never half; a process may be
 * killed between any two of them. `create-state-ref.ts` puts them in order, for Git as for its twin.
 */
export interface StateStore {
  /** The refs of this clone, as of one moment. */
  refs(signal?: AbortSignal): Promise<StateRefs>;
  /** The name of the remote to use; undefined where there is none. @throws HubfleetError STATE_REMOTE_UNKNOWN */
  remote(): Promise<string | undefined>;
  /** What the remote's branch is at. One short conversation. */
  ask(remote: string, signal?: AbortSignal): Promise<RemoteAnswer>;
  /** Brings the remote's branch here; `refs` says what is here already. Moves no ref of `StateRefs`. */
  fetch(remote: string, refs: StateRefs, signal?: AbortSignal): Promise<RemoteAnswer>;
  /** Puts the commit on the remote's branch, if that is still at `expected` (undefined: absent). */
  push(remote: string, commit: string, options: PushOptions): Promise<PushAnswer>;
  /** A commit counts as its own ancestor. */
  isAncestor(older: string, newer: string): Promise<boolean>;
  /** Commits of `tip` that `base` has not, oldest first. */
  missing(base: string | undefined, tip: string): Promise<readonly StoredCommit[]>;
  /** Every file of a commit. */
  files(commit: string | undefined): Promise<ReadonlyMap<string, string>>;
  /** Makes a commit that no ref names yet. */
  write(parent: string | undefined, edit: StateEdit, about: CommitWords): Promise<string>;
  /** Moves a ref if it is still at `from` (undefined: absent); answers whether it was. */
  move(ref: "local" | "seen", to: string, options: MoveOptions): Promise<boolean>;
  /** Why the branch of this clone was moved last. */
  lastNote(): Promise<string | undefined>;
}

export interface StateRefs {
  /** The branch of this clone: what was seen, and what waits on top of it. */
  readonly local: string | undefined;
  /** The last commit of the remote's branch that this clone accepted. */
  readonly seen: string | undefined;
  /** The work tree in which somebody has checked the branch out. */
  readonly checkedOutAt: string | undefined;
}

export type RemoteAnswer =
  | { readonly kind: "at"; readonly commit: string }
  | { readonly kind: "absent" }
  | { readonly kind: "unreachable"; readonly words: string };

/** "outrun": the branch is not at `expected`, or was not for a moment. "unsure": nobody knows whether it arrived. */
export type PushAnswer =
  | { readonly kind: "pushed" }
  | { readonly kind: "outrun" }
  | { readonly kind: "refused"; readonly words: string }
  | { readonly kind: "unsure"; readonly words: string };

export interface PushOptions {
  readonly expected: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CommitWords {
  readonly message: string;
  readonly at: Date;
}

export interface StoredCommit extends CommitWords {
  /** Against its first parent. */
  readonly changes: ReadonlyMap<string, FileChange>;
}

export interface MoveOptions {
  readonly from: string | undefined;
  /** For whoever reads the ref's log. */
  readonly note: string;
}

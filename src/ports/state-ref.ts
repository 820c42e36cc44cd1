/**
 * The branch `hubfleet/state`: what hubfleet decided and saw, shared by everybody who runs the fleet. Only hubfleet
 * writes there; it moves forward only. Nothing of the work tree, the index or HEAD is touched, no hook is run, nobody
 * is asked for a password.
 *
 * A file is of one of three kinds by its path (src/evidence/state-layout.ts): a *record* is never rewritten or
 * removed, an *output* is never rewritten but may be removed, a *document* may change.
 */
export interface StateRef {
  /**
   * What the state is now: the remote's, with what waits here to be pushed on top. Pushes nothing. A remote that does
   * not answer is no failure: `standing` says so, and the answer is what this clone knows.
   *
   * @throws HubfleetError STATE_REWRITTEN, STATE_DELETED, STATE_REMOTE_UNKNOWN, NOT_A_REPOSITORY, TOOL_MISSING
   */
  read(options?: StateReadOptions): Promise<StateSnapshot>;
  /**
   * Writes what `change` wants of the snapshot it is given, and pushes it with everything that waited. When somebody
   * else was faster, `change` is asked again about the newer snapshot, so it must decide from its argument alone.
   * What cannot be pushed is kept here and pushed by the next `commit` or `sync`.
   *
   * @throws HubfleetError as `read`, and STATE_IMMUTABLE, STATE_CONFLICT, STATE_RACE_LOST, STATE_CHECKED_OUT; whatever
   * `change` throws. Nothing was written then.
   */
  commit(change: StateChange, options: StateCommitOptions): Promise<StateCommitted>;
  /** Pushes what waits here; as `commit` with nothing to write. */
  sync(options?: StateSyncOptions): Promise<StateCommitted>;
}

export interface StateReadOptions {
  /** Answers what this clone knows, without asking the remote. @default false */
  readonly isOffline?: boolean;
  readonly signal?: AbortSignal;
}

export interface StateCommitOptions {
  /** What was done, in a line; people read it in Git's log. */
  readonly message: string;
  readonly signal?: AbortSignal;
}

export interface StateSyncOptions {
  /**
   * Whose value a key gets to which this clone and the remote gave different ones; records of both are kept.
   * @default neither: STATE_CONFLICT
   */
  readonly prefer?: "ours" | "theirs";
  readonly signal?: AbortSignal;
}

/** Decides what to write, from the snapshot alone; it may be asked several times. */
export type StateChange = (snapshot: StateSnapshot) => StateEdit | "nothing" | Promise<StateEdit | "nothing">;

export interface StateEdit {
  /** Path → text. Writing what is there already is nothing. */
  readonly write: ReadonlyMap<string, string>;
  readonly remove?: readonly string[];
}

export interface StateSnapshot {
  /** The commit that holds it; undefined as long as nothing was ever written. */
  readonly commit: string | undefined;
  /** Path → text, of every file. Bytes that are no UTF-8 read as U+FFFD, so that a digest of the text shows them. */
  readonly files: ReadonlyMap<string, string>;
  readonly standing: StateStanding;
}

/** How this clone stands to the remote. */
export interface StateStanding {
  /** The remote's name; undefined where the state is kept in this clone alone. */
  readonly remote: string | undefined;
  /** "stale": the remote was not asked, or did not answer; `words` says which. */
  readonly reach: { readonly kind: "current" } | { readonly kind: "stale"; readonly words: string };
  /** This clone saw the remote's state for the first time, and took what it found on trust. */
  readonly isFirstSight: boolean;
  /** What is kept here and not on the remote. Undefined: nothing, or there is no remote. */
  readonly waiting: StateWaiting | undefined;
}

export interface StateWaiting {
  readonly commits: number;
  /** Records among them. */
  readonly records: number;
  /** When the oldest was written, by the clock of whoever wrote it. */
  readonly since: Date;
  readonly reason: NotPushedReason;
  /** The reason in a line, in the words of Git or of the remote where they gave any. */
  readonly words: string;
}

/** "untried": the command that wrote it ended before it could be pushed. "conflict": the same key has two values. */
export type NotPushedReason = "untried" | "unreachable" | "refused" | "conflict";

/** `snapshot` is what the state is after it. */
export type StateCommitted =
  | { readonly kind: "pushed"; readonly snapshot: StateSnapshot }
  /** There is no remote. */
  | { readonly kind: "kept"; readonly snapshot: StateSnapshot }
  /** Kept here; `snapshot.standing.waiting` says why it was not pushed. */
  | { readonly kind: "waiting"; readonly snapshot: StateSnapshot }
  | { readonly kind: "nothing"; readonly snapshot: StateSnapshot };

import type { PastOfState } from "../evidence/verify/past.ts";

/** The past of the branch `hubfleet/state`, as far as this clone has it; looked at, never changed. */
export interface StateHistory {
  /** The last commit of the remote that this clone accepted. Asked before the state is read, it is what was known before. */
  seen(): Promise<SeenState | undefined>;
  /** The commit that somebody names: an id, the beginning of one, a tag. Undefined: this clone has none. */
  find(revision: string): Promise<string | undefined>;
  /** Every commit that leads to this one, over merges too. @throws HubfleetError STATE_GIT_FAILED */
  commits(tip: string, signal?: AbortSignal): Promise<PastOfState>;
  /** Every file of a commit, as `StateSnapshot.files`. */
  files(commit: string): Promise<ReadonlyMap<string, string>>;
}

export interface SeenState {
  readonly commit: string;
  /** Since when this clone has taken only what follows what it saw; undefined where its log does not say. */
  readonly since: Date | undefined;
}

import { createHash } from "node:crypto";

import type { FileChange } from "../../evidence/reapply-changes.ts";
import type { StateEdit, StateRef } from "../../ports/state-ref.ts";
import { createStateRef, type StateRefProps } from "./create-state-ref.ts";
import type { CommitWords, StateStore } from "./state-store.ts";

interface MemoryCommit extends CommitWords {
  readonly parent: string | undefined;
  readonly files: ReadonlyMap<string, string>;
}

/** A remote that several clones share. Its fields may be changed to be what remotes are at times. */
export interface StateRemoteMemory {
  readonly commits: Map<string, MemoryCommit>;
  tip: string | undefined;
  isReachable: boolean;
  /** The words with which it refuses a push. */
  refusal: string | undefined;
  /** The next push arrives, and its answer is lost. */
  losesAnswer: boolean;
}

/** What a clone keeps when its command ends. */
export interface StateCloneMemory {
  remote: StateRemoteMemory | undefined;
  local: string | undefined;
  seen: string | undefined;
  checkedOutAt: string | undefined;
  note: string | undefined;
  commits: Map<string, MemoryCommit>;
}

export interface StateRefMemoryProps extends StateRefProps {
  readonly clone: StateCloneMemory;
  /** Called before every step with its name: where another writer comes in between, or this one ends. */
  readonly beforeStep: (step: string) => Promise<void>;
}

export function createStateRemoteMemory(): StateRemoteMemory {
  return { commits: new Map(), tip: undefined, isReachable: true, refusal: undefined, losesAnswer: false };
}

export function createStateCloneMemory(remote?: StateRemoteMemory): StateCloneMemory {
  const nothing = { local: undefined, seen: undefined, checkedOutAt: undefined, note: undefined };
  return { remote, ...nothing, commits: remote?.commits ?? new Map() };
}

/** What `git remote add` is to a clone that had none. */
export function addStateRemote(clone: StateCloneMemory, remote: StateRemoteMemory): void {
  for (const [id, commit] of clone.commits) remote.commits.set(id, commit);
  Object.assign(clone, { remote, commits: remote.commits });
}

/** A state that is only remembered, made of the same steps in the same order as Git's. */
export function createStateRefMemory({ clone, beforeStep, ...props }: StateRefMemoryProps): StateRef {
  return createStateRef(createStore(clone, beforeStep), props);
}

/** The commits from the first to this one. */
export function listCommits(
  { commits }: Pick<StateCloneMemory, "commits">,
  tip: string | undefined,
): readonly (MemoryCommit & { readonly id: string })[] {
  const line: (MemoryCommit & { readonly id: string })[] = [];
  for (let id = tip; id !== undefined; id = commits.get(id)?.parent) {
    const commit = commits.get(id);
    if (commit === undefined) throw new Error(`there is no commit ${id}`);
    line.push({ ...commit, id });
  }
  return line.reverse();
}

/** Whether one commit is the other or one of those before it. */
export function isBefore(
  { commits }: Pick<StateCloneMemory, "commits">,
  older: string | undefined,
  newer: string | undefined,
): boolean {
  let id = newer;
  while (id !== undefined && id !== older) id = commits.get(id)?.parent;
  return id === older;
}

function createStore(clone: StateCloneMemory, beforeStep: (step: string) => Promise<void>): StateStore {
  const { commits } = clone;
  const remote = clone.remote ?? createStateRemoteMemory();
  const answer = (): Awaited<ReturnType<StateStore["ask"]>> => {
    if (!remote.isReachable) return { kind: "unreachable", words: "the remote is not there" };
    return remote.tip === undefined ? { kind: "absent" } : { kind: "at", commit: remote.tip };
  };
  return {
    refs: async () => {
      await beforeStep("refs");
      return { local: clone.local, seen: clone.seen, checkedOutAt: clone.checkedOutAt };
    },
    remote: async () => (clone.remote === undefined ? undefined : "origin"),
    ask: async () => {
      await beforeStep("ask");
      return answer();
    },
    fetch: async () => {
      await beforeStep("fetch");
      return answer();
    },
    push: async (_name, commit, { expected }) => {
      await beforeStep("push");
      if (!remote.isReachable) return { kind: "unsure", words: "the remote is not there" };
      if (remote.refusal !== undefined) return { kind: "refused", words: remote.refusal };
      if (remote.tip !== expected) return { kind: "outrun" };
      remote.tip = commit;
      if (!remote.losesAnswer) return { kind: "pushed" };
      remote.losesAnswer = false;
      return { kind: "unsure", words: "the connection ended" };
    },
    isAncestor: async (older, newer) => isBefore(clone, older, newer),
    missing: async (base, tip) => {
      const known = new Set(listCommits(clone, base).map(({ id }) => id));
      return listCommits(clone, tip)
        .filter(({ id }) => !known.has(id))
        .map(({ message, at, parent, files }) => ({ message, at, changes: compare(parent, files, commits) }));
    },
    files: async (commit) => (commit === undefined ? undefined : commits.get(commit)?.files) ?? new Map(),
    write: async (parent, edit, words) => {
      await beforeStep("write");
      const before = parent === undefined ? undefined : commits.get(parent)?.files;
      const files = edited(before ?? new Map(), edit);
      const id = idOf(parent, files, words);
      commits.set(id, { ...words, parent, files });
      return id;
    },
    move: async (ref, to, { from, note }) => {
      await beforeStep(`move ${ref}`);
      if (clone[ref] !== from) return false;
      clone[ref] = to;
      if (ref === "local") clone.note = note;
      return true;
    },
    lastNote: async () => clone.note,
  };
}

/** The same commit has the same id, as in Git. */
function idOf(parent: string | undefined, files: ReadonlyMap<string, string>, words: CommitWords): string {
  const content = JSON.stringify([parent, [...files].sort(([one], [other]) => (one < other ? -1 : 1)), words]);
  return createHash("sha256").update(content).digest("hex").slice(0, 40);
}

function edited(files: ReadonlyMap<string, string>, { write, remove = [] }: StateEdit): ReadonlyMap<string, string> {
  return new Map([...[...files].filter(([path]) => !remove.includes(path)), ...write]);
}

function compare(
  parent: string | undefined,
  files: ReadonlyMap<string, string>,
  commits: ReadonlyMap<string, MemoryCommit>,
): ReadonlyMap<string, FileChange> {
  const before = (parent === undefined ? undefined : commits.get(parent)?.files) ?? new Map<string, string>();
  const paths = new Set([...before.keys(), ...files.keys()]);
  return new Map(
    [...paths]
      .map((path) => [path, { before: before.get(path), after: files.get(path) }] as const)
      .filter(([, change]) => change.before !== change.after),
  );
}

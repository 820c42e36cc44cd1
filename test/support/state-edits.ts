import { parse, stringify } from "yaml";

import type { StateChange, StateEdit } from "../../src/ports/state-ref.ts";
import type { StateClone } from "./state-worlds.ts";

export function directoryOf({ directory }: StateClone): string {
  if (directory === undefined) throw new Error("a clone of Git has a directory");
  return directory;
}

export function write(files: Readonly<Record<string, string>>): () => StateEdit {
  return () => ({ write: new Map(Object.entries(files)) });
}

export function about(message: string): { readonly message: string } {
  return { message };
}

export function sortedPaths(files: ReadonlyMap<string, string>): readonly string[] {
  return [...files.keys()].sort();
}

/** Counts for somebody in a document that everybody counts in. */
export function count(who: string): StateChange {
  return ({ files }) => {
    const counted = readCount(files);
    return write({ "count.yaml": stringify({ ...counted, [who]: (counted[who] ?? 0) + 1 }) })();
  };
}

export function readCount(files: ReadonlyMap<string, string>): Readonly<Record<string, number>> {
  return (parse(files.get("count.yaml") ?? "{}") ?? {}) as Readonly<Record<string, number>>; // written by `count`
}

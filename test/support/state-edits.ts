import type { StateEdit } from "../../src/ports/state-ref.ts";
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

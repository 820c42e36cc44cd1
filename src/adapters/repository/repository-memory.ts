import type { Repository } from "../../ports/repository.ts";
import {
  isFleetDocument,
  maxBytes,
  type RepositoryEntry,
  type RepositorySnapshot,
} from "../../fleet/repository-snapshot.ts";

/** Files of a repository in memory: text, bytes, or another kind of entry. Directories follow from the paths. */
export type MemoryFiles = Readonly<Record<string, string | Uint8Array | RepositoryEntry>>;

/** The twin of the disk's repository, for tests. */
export function createRepositoryMemory(files: MemoryFiles): Repository {
  const current = new Map(Object.entries(files));
  return {
    snapshot: async () => Promise.resolve({ entries: listEntries(current), truncated: false }),
    write: async (path, text) => {
      if (path.startsWith("/") || path.split("/").includes(".."))
        throw new Error(`"${path}" leads out of the repository`);
      current.set(path, text);
      return Promise.resolve();
    },
  };
}

/** What the twin would find, for code that takes a snapshot. */
export function snapshotOf(files: MemoryFiles): RepositorySnapshot {
  return { entries: listEntries(new Map(Object.entries(files))), truncated: false };
}

function listEntries(files: ReadonlyMap<string, MemoryFiles[string]>): Map<string, RepositoryEntry> {
  const entries = new Map<string, RepositoryEntry>();
  for (const path of [...files.keys()].sort()) {
    const file = files.get(path);
    if (file === undefined || isHidden(path)) continue;
    for (const parent of parentsOf(path)) entries.set(parent, { kind: "directory" });
    entries.set(path, toEntry(path, file));
  }
  return entries;
}

function toEntry(path: string, file: MemoryFiles[string]): RepositoryEntry {
  if (typeof file !== "string" && !(file instanceof Uint8Array)) return file;
  if (!isFleetDocument(path)) return { kind: "file" };
  const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
  return bytes.length > maxBytes(path) ? { kind: "too-big", size: bytes.length } : { kind: "file", bytes };
}

function parentsOf(path: string): string[] {
  const steps = path.split("/").slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join("/"));
}

function isHidden(path: string): boolean {
  return path.split("/").some((step) => step.startsWith(".") || step === "node_modules");
}

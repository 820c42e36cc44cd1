import type { RepositoryEntry, RepositorySnapshot } from "./repository-snapshot.ts";

/** Whether a fleet read from the one is the fleet read from the other. */
export function isSameSnapshot(one: RepositorySnapshot, other: RepositorySnapshot): boolean {
  if (one.truncated !== other.truncated || one.entries.size !== other.entries.size) return false;
  return [...one.entries].every(([path, entry]) => isSameEntry(entry, other.entries.get(path)));
}

function isSameEntry(one: RepositoryEntry, other: RepositoryEntry | undefined): boolean {
  if (one.kind === "file" && other?.kind === "file") {
    const [left, right] = [one.bytes, other.bytes];
    if (left === undefined || right === undefined) return left === right;
    return left.length === right.length && left.every((byte, index) => byte === right[index]);
  }
  return JSON.stringify(one) === JSON.stringify(other);
}

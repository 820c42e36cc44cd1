/** Larger files that people write are listed but never read. */
export const maxFileBytes = 1_000_000;
/** A lock with the hashes of a thousand packages for several platforms has some megabytes. */
const maxLockBytes = 20_000_000;

export function maxBytes(path: string): number {
  return isLockPath(path) ? maxLockBytes : maxFileBytes;
}

/** `lock.txt`, or `lock.VARIANT.txt`, beside an image. */
export function isLockPath(path: string): boolean {
  return /^images\/[^/]+\/lock(\.[^/]+)?\.txt$/.test(path);
}

/** More than any fleet has, and little enough to list in a moment. */
export const maxEntries = 20_000;

/** What was found in a repository's directory at one moment, as data: reading a fleet from it touches no disk. */
export interface RepositorySnapshot {
  /** By path relative to the root, with slashes. Directories are listed only where a file of the fleet could be. */
  readonly entries: ReadonlyMap<string, RepositoryEntry>;
  /** There were more files than a fleet can have, and the listing stops short. */
  readonly truncated: boolean;
}

export type RepositoryEntry =
  /** `bytes` is there for the files that a fleet is read from, not for pictures and the like. */
  | { readonly kind: "file"; readonly bytes?: Uint8Array }
  | { readonly kind: "too-big"; readonly size: number }
  | { readonly kind: "directory" }
  /** A symbolic link out of the repository, or to nothing. */
  | { readonly kind: "link-outside"; readonly target: string }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Whether a fleet is read from the content of the file at this path, or only from the fact that it exists. */
export function isFleetDocument(path: string): boolean {
  if (/^[^/]+\.ya?ml$/.test(path)) return true;
  if (/^(groups|clusters|hubs|secrets|experiments)\/[^/]+$/.test(path)) return true;
  return /^images\/[^/]+\/(image\.ya?ml|environment\.ya?ml|Dockerfile|[^/]+\.txt)$/.test(path);
}

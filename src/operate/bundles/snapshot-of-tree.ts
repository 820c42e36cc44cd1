import {
  isFleetDocument,
  maxBytes,
  maxEntries,
  type RepositoryEntry,
  type RepositorySnapshot,
} from "../../fleet/repository-snapshot.ts";
import type { GitTree, GitTreeEntry } from "../../ports/git.ts";

/** Where a path of a tree ends, once its links were followed. */
export type TreePlace =
  | { readonly kind: "file"; readonly path: string; readonly entry: GitTreeEntry }
  | { readonly kind: "directory" }
  | { readonly kind: "outside"; readonly target: string };

/** Follows links as a checkout would. `targets`: id of a link → where it leads. */
export type FollowLinks = (path: string) => TreePlace;

export function createFollowLinks(tree: GitTree, targets: ReadonlyMap<string, string>): FollowLinks {
  const directories = new Set([...tree.keys()].flatMap(parentsOf));
  for (const [path, { kind }] of tree) if (kind === "repository") directories.add(path);
  const follow = (path: string): Exclude<TreePlace, { kind: "outside" }> | undefined => {
    let rest = path.split("/");
    let at: readonly string[] = [];
    // As many as Linux follows.
    for (let links = 0; links <= 40;) {
      const step = rest[0];
      if (step === undefined) return place(at.join("/"));
      rest = rest.slice(1);
      if (step === "" || step === ".") continue;
      if (step === "..") {
        if (at.length === 0) return undefined;
        at = at.slice(0, -1);
        continue;
      }
      const here = [...at, step].join("/");
      const entry = tree.get(here);
      if (entry?.kind === "link") {
        const target = targets.get(entry.id) ?? "";
        if (target === "" || target.startsWith("/")) return undefined;
        rest = [...target.split("/"), ...rest];
        links += 1;
        continue;
      }
      if (entry === undefined ? !directories.has(here) : entry.kind === "file" && rest.length > 0) return undefined;
      at = [...at, step];
    }
    return undefined;
  };
  const place = (path: string): Exclude<TreePlace, { kind: "outside" }> | undefined => {
    const entry = tree.get(path);
    if (entry?.kind === "file") return { kind: "file", path, entry };
    return directories.has(path) ? { kind: "directory" } : undefined;
  };
  return (path) => {
    const entry = tree.get(path);
    return follow(path) ?? { kind: "outside", target: (entry && targets.get(entry.id)) ?? "" };
  };
}

/** What the repository's directory would hold with this tree checked out. `contents`: by id, of what is read. */
export function snapshotOfTree(
  tree: GitTree,
  follow: FollowLinks,
  contents: ReadonlyMap<string, Uint8Array>,
): RepositorySnapshot {
  const entries = new Map<string, RepositoryEntry>();
  for (const path of [...tree.keys()].sort()) {
    for (const parent of parentsOf(path)) if (!isHidden(parent)) entries.set(parent, { kind: "directory" });
    if (isHidden(path)) continue;
    if (entries.size >= maxEntries) return { entries, truncated: true };
    entries.set(path, toEntry(path, follow(path), contents));
  }
  return { entries, truncated: false };
}

/** Of the tree's files, those that a fleet is read from, with what links to them. */
export function documentsOf(tree: GitTree, follow: FollowLinks): readonly GitTreeEntry[] {
  return [...tree.keys()].flatMap((path) => {
    if (!isFleetDocument(path) || isHidden(path)) return [];
    const place = follow(path);
    return place.kind === "file" && place.entry.bytes <= maxBytes(path) ? [place.entry] : [];
  });
}

function toEntry(path: string, place: TreePlace, contents: ReadonlyMap<string, Uint8Array>): RepositoryEntry {
  switch (place.kind) {
    case "directory":
      return { kind: "directory" };
    case "outside":
      return { kind: "link-outside", target: place.target };
    case "file": {
      if (!isFleetDocument(path)) return { kind: "file" };
      const { id, bytes: size } = place.entry;
      if (size > maxBytes(path)) return { kind: "too-big", size };
      const bytes = contents.get(id);
      return bytes === undefined
        ? { kind: "unreadable", reason: "this clone does not have it" }
        : { kind: "file", bytes };
    }
  }
}

function parentsOf(path: string): readonly string[] {
  const steps = path.split("/").slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join("/"));
}

/** As in the working tree. */
function isHidden(path: string): boolean {
  return path.split("/").some((step) => step.startsWith(".") || step === "node_modules");
}

import type { StateEdit } from "../../ports/state-ref.ts";

/** An entry of a tree, as `ls-tree -r -t -z -l` prints it. */
export interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly id: string;
  /** Undefined for what is no file. */
  readonly bytes: number | undefined;
}

/** By full path; folders are entries, too. */
export type TreeListing = ReadonlyMap<string, TreeEntry>;

/** A folder to be made: the text that `mktree` reads, once the folders in it have their ids. */
export interface PlannedTree {
  readonly path: string;
  readonly lines: (idOf: (path: string) => string) => readonly string[];
}

export function parseListing(output: string): TreeListing {
  const entries = output.split("\0").filter((line) => line !== "");
  return new Map(
    entries.map((line) => {
      const tab = line.indexOf("\t");
      const [mode = "", type = "", id = "", size = "-"] = line.slice(0, tab).split(/ +/);
      return [line.slice(tab + 1), { mode, type, id, bytes: size === "-" ? undefined : Number(size) }];
    }),
  );
}

export function isPlainFile({ mode }: TreeEntry): boolean {
  return mode === "100644" || mode === "100755";
}

/**
 * The folders that an edit makes anew, deepest first, the top last; whatever it does not touch keeps its id. `blobs`:
 * path → id of what is written.
 */
export function planTrees(
  listing: TreeListing,
  { write, remove = [] }: StateEdit,
  blobs: ReadonlyMap<string, string>,
): readonly (readonly PlannedTree[])[] {
  const changed = new Set([...write.keys(), ...remove].flatMap(foldersOf));
  const children = Map.groupBy(
    [...listing].filter(([path]) => changed.has(folderOf(path)) && !remove.includes(path)),
    ([path]) => folderOf(path),
  );
  const kept = new Map([...children].map(([folder, entries]) => [folder, new Map(entries)]));
  for (const folder of changed) if (!kept.has(folder)) kept.set(folder, new Map());
  for (const [path, id] of blobs) {
    kept.get(folderOf(path))?.set(path, { mode: "100644", type: "blob", id, bytes: undefined });
  }

  const levels = Map.groupBy([...changed], depthOf);
  const planned: PlannedTree[][] = [];
  for (const depth of [...levels.keys()].sort((one, other) => other - one)) {
    const folders = levels.get(depth) ?? [];
    for (const folder of folders) {
      if (folder === "") continue;
      // Git keeps no empty folders.
      if (kept.get(folder)?.size === 0) kept.get(folderOf(folder))?.delete(folder);
      else kept.get(folderOf(folder))?.set(folder, { mode: "040000", type: "tree", id: "", bytes: undefined });
    }
    planned.push(
      folders
        .filter((folder) => folder === "" || (kept.get(folder)?.size ?? 0) > 0)
        .map((folder) => ({ path: folder, lines: (idOf) => linesOf(kept.get(folder) ?? new Map(), idOf) })),
    );
  }
  return planned;
}

function linesOf(entries: TreeListing, idOf: (path: string) => string): readonly string[] {
  return [...entries].map(
    ([path, { mode, type, id }]) =>
      `${mode} ${type} ${id === "" ? idOf(path) : id}\t${path.slice(folderOf(path).length).replace(/^\//, "")}`,
  );
}

function foldersOf(path: string): readonly string[] {
  const folder = folderOf(path);
  return folder === "" ? [""] : [folder, ...foldersOf(folder)];
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

function depthOf(folder: string): number {
  return folder === "" ? 0 : folder.split("/").length;
}

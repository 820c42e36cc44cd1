import pMap from "p-map";

import { inBatches, parseBatch } from "../git-batch.ts";
import type { GitCommand } from "./git-command.ts";
import { isPlainFile, parseListing, planTrees, type TreeListing } from "./git-trees.ts";
import type { StateStore } from "./state-store.ts";

export interface GitObjects extends Pick<StateStore, "files" | "write"> {
  /** Id → text of blobs. */
  texts(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Reads and writes blobs, trees and commits without an index or a work tree; kills leave nothing but loose objects. */
export function createGitObjects(git: GitCommand): GitObjects {
  let known: ReadonlyMap<string, string> = new Map();
  let last: { readonly commit: string; readonly listing: TreeListing } | undefined;

  const list = async (commit: string | undefined): Promise<TreeListing> => {
    if (commit === undefined) return new Map();
    if (last?.commit === commit) return last.listing;
    const listing = parseListing(await git.must(["ls-tree", "-r", "-t", "-z", "-l", "--full-tree", commit]));
    last = { commit, listing };
    return listing;
  };

  /** `sizes`: how many bytes each blob has, as far as known. */
  const load = async (sizes: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, string>> => {
    const texts = new Map<string, string>();
    for (const ids of inBatches(sizes)) {
      const output = await git.must(["cat-file", "--batch"], { input: `${ids.join("\n")}\n`, isBinary: true });
      const batch = parseBatch(output, ids);
      for (const id of ids) {
        const bytes = batch.get(id);
        if (bytes === undefined) throw new Error(`Git has no file ${id}`);
        texts.set(id, bytes.toString("utf8"));
      }
    }
    return texts;
  };

  return {
    async texts(ids) {
      return load(new Map(ids.map((id) => [id, 0])));
    },
    async files(commit) {
      const files = [...(await list(commit))].filter(([, entry]) => isPlainFile(entry));
      const sizes = files.filter(([, { id }]) => !known.has(id)).map(([, { id, bytes = 0 }]) => [id, bytes] as const);
      const loaded = await load(new Map(sizes));
      // What this snapshot has is kept for the next, which has most of it, too.
      known = new Map(files.map(([, { id }]) => [id, loaded.get(id) ?? known.get(id) ?? ""]));
      return new Map(files.map(([path, { id }]) => [path, known.get(id) ?? ""]));
    },
    async write(parent, edit, { message, at }) {
      const blobs = new Map(
        await pMap(
          edit.write,
          async ([path, input]): Promise<[string, string]> => [
            path,
            (await git.must(["hash-object", "-w", "--stdin"], { input })).trim(),
          ],
          { concurrency: 4 },
        ),
      );
      const trees = new Map<string, string>();
      for (const level of planTrees(await list(parent), edit, blobs)) {
        const lines = level.map((tree) =>
          tree
            .lines((path) => trees.get(path) ?? "")
            .map((line) => `${line}\0`)
            .join(""),
        );
        const made = await git.must(["mktree", "-z", "--batch"], { input: lines.map((text) => `${text}\0`).join("") });
        for (const [index, id] of made.trim().split("\n").entries()) trees.set(level[index]?.path ?? "", id);
      }
      const follows = parent === undefined ? [] : ["-p", parent];
      const date = `@${Math.floor(at.getTime() / 1000)} +0000`;
      const made = await git.must(["commit-tree", "--no-gpg-sign", trees.get("") ?? "", ...follows, "-F", "-"], {
        input: `${message}\n`,
        environment: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      });
      return made.trim();
    },
  };
}

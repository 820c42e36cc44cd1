import { createReadStream } from "node:fs";
import { join } from "node:path";

import { namedWords } from "../../image/retention/named-words.ts";
import type { FleetHistory, HistoryQuestion, HistoryReading } from "../../ports/fleet-history.ts";
import { isMissing } from "../is-missing.ts";
import type { Run } from "../run.ts";
import { findRemoteHeads } from "./find-remote-heads.ts";
import { createGitReader, type GitReader, HistoryProblem } from "./git-reader.ts";

/** The branch on which the fleet keeps its bundles and what was deployed. */
const stateBranch = "hubfleet/state";
/** Objects are read by so many bytes at once. */
const batchBytes = 16_000_000;

/** The repository around a directory, through `git` on PATH. */
export function createFleetHistoryGit(run: Run): FleetHistory {
  return {
    async read(directory, question, signal) {
      try {
        return await readAll(createGitReader(run, directory, signal), question);
      } catch (error) {
        if (error instanceof HistoryProblem) return { kind: "incomplete", why: error.message, hint: error.hint };
        throw error;
      }
    },
  };
}

async function readAll(git: GitReader, { words, commits }: HistoryQuestion): Promise<HistoryReading> {
  const root = await git.root();
  const remote = await findRemoteHeads(git);
  const refs = (
    await git.lines("for-each-ref", "--format=%(objecttype) %(*objecttype) %(objectname) %(refname)")
  ).flatMap((line) => {
    const [, type = "", target = "", commit = "", name = ""] = /^(\S+) (\S*) (\S+) (.*)$/.exec(line) ?? [];
    return type === "commit" || target === "commit" ? [{ commit, name }] : [];
  });
  const heads = [...refs, ...remote];
  const states = heads.filter(({ name }) => isState(name)).map(({ commit }) => commit);
  const hasCommits = await git.succeeds("rev-parse", "--verify", "--quiet", "HEAD^{commit}");
  const tips = [...new Set([...(hasCommits ? ["HEAD"] : []), ...heads.map(({ commit }) => commit)])];

  const named = new Set<string>();
  const look = (text: string): void => namedWords(text, words).forEach((word) => named.add(word));
  const blobs = new Set<string>();
  for (const tip of tips) {
    for (const line of await git.lines("ls-tree", "-r", tip)) {
      const [, blob, path] = /^\d+ blob ([0-9a-f]+)\t(.*)$/.exec(line) ?? [];
      if (blob !== undefined) blobs.add(blob);
      look(path ?? "");
    }
  }
  if (states.length > 0) {
    for (const line of await git.lines("rev-list", "--objects", ...states)) {
      const [object = "", ...path] = line.split(" ");
      if (path.length > 0) blobs.add(object);
      look(path.join(" "));
    }
  }
  for (const batch of await inBatches(git, [...blobs])) look(await git.objects(batch));
  const files = await git.raw("ls-files", "-z", "--cached", "--others", "--exclude-standard");
  for (const path of files.split("\0").filter((name) => name !== "")) await lookIntoFile(join(root, path), look);
  const known = await git.present([...commits]);
  return { kind: "complete", named, commits: known };
}

/** The branch, here and of remotes, and what hubfleet remembers of it under refs of its own. */
function isState(ref: string): boolean {
  return ref.endsWith(`/${stateBranch}`) || ref.startsWith("refs/hubfleet/");
}

/** Blobs only, by their sizes. */
async function inBatches(git: GitReader, objects: readonly string[]): Promise<string[][]> {
  const batches: string[][] = [[]];
  let bytes = 0;
  for (const { object, type, size } of await git.describe(objects)) {
    if (type === "missing") {
      throw new HistoryProblem(
        `the repository lacks the object ${object}`,
        "mend it with `git fsck`, or clone it anew",
      );
    }
    if (type !== "blob") continue;
    if (bytes + size > batchBytes && bytes > 0) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(object);
    bytes += size;
  }
  return batches.filter((batch) => batch.length > 0);
}

/** Piece by piece: beside a fleet there may be anything. */
async function lookIntoFile(path: string, look: (text: string) => void): Promise<void> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(path, { encoding: "latin1" })) {
      const text = rest + String(chunk);
      look(text);
      rest = text.slice(-200); // a word across two pieces
    }
  } catch (error) {
    const isNoFile = isMissing(error) || (error instanceof Error && "code" in error && error.code === "EISDIR");
    if (!isNoFile) throw new HistoryProblem(`"${path}" cannot be read`, "make it readable, or ignore it in Git");
  }
}

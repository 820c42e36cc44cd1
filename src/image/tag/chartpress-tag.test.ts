import { describe, expect, it } from "vitest";

import { chartpressCommits, chartpressTag, type Description } from "./chartpress-tag.ts";
import { type Commit, countCommits, type History, lastChange } from "./history.ts";

const short = "0123abc";

describe("chartpressTag", () => {
  const on = (tag: string, distance: number): Description => ({ tag, distance, tagged: "t" });

  it.each<readonly [string, Description | undefined, boolean, string | undefined, string]>([
    ["no tag", undefined, false, undefined, "0.0.1-0.dev.git.7.h0123abc"],
    ["no tag, long", undefined, true, undefined, "0.0.1-0.dev.git.7.h0123abc"],
    ["no tag, a base", undefined, false, "2.0.0-0.dev", "2.0.0-0.dev.git.7.h0123abc"],
    ["after a tag", on("1.0.0", 2), false, undefined, "1.0.0-0.dev.git.7.h0123abc"],
    ["after a pre-release", on("1.0.0-beta.1", 2), false, undefined, "1.0.0-beta.1.git.7.h0123abc"],
    ["after a word with a dash", on("my-tag", 2), false, undefined, "my-tag.git.7.h0123abc"],
    ["after a tag, a base", on("1.0.0", 2), false, "2.0.0-0.dev", "2.0.0-0.dev.git.7.h0123abc"],
    ["on a tag", on("1.0.0", 0), false, undefined, "1.0.0"],
    ["on a tag, long", on("1.0.0", 0), true, undefined, "1.0.0-0.dev.git.7.h0123abc"],
    ["on a pre-release, long", on("1.0.0-a.1", 0), true, undefined, "1.0.0-a.1.git.7.h0123abc"],
    ["on a tag, a base", on("1.0.0", 0), false, "2.0.0-0.dev", "1.0.0"],
    ["on a tag, long, a base", on("1.0.0", 0), true, "2.0.0-0.dev", "1.0.0-0.dev.git.7.h0123abc"],
  ])("%s", (_what, nearest, isLong, baseVersion, tag) => {
    const options = { isLong, ...(baseVersion === undefined ? {} : { baseVersion }) };

    expect(chartpressTag({ short, count: 7, nearest }, options)).toBe(tag);
  });
});

/** Each line: a commit, its parents, and what it changed against each of them. The last one is HEAD. */
function aHistory(...lines: readonly (readonly [string, string, ...string[]])[]): History {
  const commits = lines.map(([id, parents, ...changes]): Commit => {
    return {
      id,
      parents: parents === "" ? [] : parents.split(" "),
      committedAtSeconds: 0,
      changes: changes.map((paths) => paths.split(" ").filter((path) => path !== "")),
    };
  });
  return { head: commits.at(-1)?.id, isShallow: false, commits: new Map(commits.map((one) => [one.id, one])) };
}

const isLab = (path: string): boolean => path.startsWith("lab/");

describe("the last change of paths", () => {
  it.each<readonly [string, History, string | undefined]>([
    ["nothing committed", aHistory(), undefined],
    ["never", aHistory(["a", "", "hub/x"], ["b", "a", "hub/y"]), undefined],
    ["the first commit", aHistory(["a", "", "lab/x"], ["b", "a", "hub/y"]), "a"],
    ["the newest of two", aHistory(["a", "", "lab/x"], ["b", "a", "lab/x"]), "b"],
    [
      "a merge that took the branch's side is followed there",
      aHistory(["a", "", "lab/x"], ["b", "a", "lab/x"], ["c", "a", "hub/x"], ["m", "c b", "lab/x", "hub/x"]),
      "b",
    ],
    [
      "a branch that was undone by the merge does not count",
      aHistory(["a", "", "lab/x"], ["b", "a", "lab/x"], ["c", "a", "hub/x"], ["m", "c b", "", "hub/x lab/x"]),
      "a",
    ],
    [
      "a merge that differs from both sides is itself the change",
      aHistory(["a", "", "lab/x"], ["b", "a", "lab/x"], ["c", "a", "lab/y"], ["m", "c b", "lab/x", "lab/y"]),
      "m",
    ],
  ])("%s", (_what, history, id) => {
    expect(lastChange(history, isLab)?.id).toBe(id);
  });

  it("asks about each path once", () => {
    const asked: string[] = [];
    const lines = Array.from({ length: 50 }, (_, index) => {
      return [`c${index}`, index === 0 ? "" : `c${index - 1}`, "hub/x"] as const;
    });

    lastChange(aHistory(...lines), (path) => {
      asked.push(path);
      return false;
    });

    expect(asked).toEqual(["hub/x"]);
  });
});

describe("chartpressCommits", () => {
  const merged = aHistory(
    ["a", "", "lab/x"],
    ["b", "a", "lab/x"], // on a branch, before the tag
    ["t", "a", "hub/x"], // the tag
    ["m", "t b", "lab/x", "hub/x"],
  );

  it.each<readonly [string, History, string | undefined, string | undefined]>([
    ["no tag: the change", merged, undefined, "b"],
    ["a change that does not contain the tag: the tag's commit", merged, "t", "t"],
    ["a change after the tag", merged, "a", "b"],
    ["a change on the tag", merged, "b", "b"],
    ["no change, no tag", aHistory(["a", "", "hub/x"]), undefined, undefined],
    ["no change, a tag", aHistory(["a", "", "hub/x"]), "a", "a"],
  ])("%s", (_what, history, tagged, commit) => {
    expect(chartpressCommits(history, [isLab], tagged === undefined ? undefined : { tagged })).toEqual([commit]);
  });

  it("counts a commit that two branches share once", () => {
    expect(["a", "b", "m"].map((commit) => countCommits(merged, commit))).toEqual([1, 2, 4]);
  });
});

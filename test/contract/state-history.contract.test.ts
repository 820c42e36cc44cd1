import { afterEach, beforeEach, expect, it } from "vitest";

import { createStateHistoryMemory } from "../../src/adapters/state-history/state-history-memory.ts";
import { anchorOf, recordFiles } from "../../src/evidence/anchor.ts";
import { readRecords } from "../../src/evidence/read-records.ts";
import { verifyHistory } from "../../src/evidence/verify/verify-history.ts";
import type { StateHistory } from "../../src/ports/state-history.ts";
import type { StateRef } from "../../src/ports/state-ref.ts";
import { anObservation } from "../support/evidence-files.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";
import { about, directoryOf, write } from "../support/state-edits.ts";
import {
  createGitStateWorld,
  createMemoryStateWorld,
  openGitHistory,
  runGit,
  type StateClone,
  type StateWorld,
} from "../support/state-worlds.ts";

const worlds: Readonly<Record<string, () => Promise<StateWorld>>> = {
  git: () => createGitStateWorld(),
  "git with SHA-256": () => createGitStateWorld({ isSha256: true }),
  memory: createMemoryStateWorld,
};

/** Records as every command writes them: with the anchor, in one commit. */
async function record(state: StateRef, ...indexes: readonly number[]): Promise<string> {
  const drafts = indexes.map((index) => anObservation(index));
  const committed = await state.commit(
    ({ files }) => ({ write: recordFiles(readRecords(files), drafts) }),
    about("record"),
  );
  return committed.snapshot.commit ?? "";
}

for (const [name, create] of Object.entries(worlds)) {
  skipSuiteUnless(name === "memory" || tool("git"), "git is not installed")(`state history: ${name}`, () => {
    let world: StateWorld;
    let clone: StateClone;
    let history: StateHistory;

    beforeEach(async () => {
      world = await create();
      clone = await world.clone();
      history =
        clone.memory === undefined ? openGitHistory(directoryOf(clone)) : createStateHistoryMemory(clone.memory);
    });
    afterEach(() => world.remove());

    it("tells every commit with what it changed, and the anchor that it wrote", async () => {
      const first = await record(clone.state, 0, 1);
      const { snapshot } = await clone.state.commit(
        write({ "deployed.yaml": "a: 1\n", "outputs/x": "said" }),
        about("second"),
      );
      await clone.state.commit(
        () => ({ write: new Map([["deployed.yaml", "a: 2\n"]]), remove: ["outputs/x"] }),
        about("third"),
      );
      const tip = await record(clone.state, 2);

      const { commits, isCut } = await history.commits(tip);

      const changes = commits.map((commit) =>
        commit.changes[0]?.map(({ path, what }) => `${what} ${path.slice(0, 13)}`),
      );
      expect(changes).toEqual([
        ["added anchor.json", expect.stringMatching(/^added evidence/), expect.stringMatching(/^added evidence/)],
        ["added deployed.yaml", "added outputs/x"],
        ["changed deployed.yaml", "removed outputs/x"],
        ["changed anchor.json", expect.stringMatching(/^added evidence/)],
      ]);
      expect([commits[0]?.id, commits[1]?.id, commits[3]?.id]).toEqual([first, snapshot.commit, tip]);
      expect(commits[3]?.parents).toEqual([commits[2]?.id]);
      expect(commits.map(({ anchor }) => anchor?.includes('"records":'))).toEqual([true, undefined, undefined, true]);
      expect(isCut).toBe(false);
      expect([...(await history.files(first)).keys()].length).toBe(3);
    });

    it("finds commits by the beginning of their id, and says what this clone saw last", async () => {
      expect(await history.seen()).toBeUndefined();
      const commit = await record(clone.state, 0);

      expect(await history.seen()).toMatchObject({ commit });
      expect(await history.find(commit.slice(0, 12))).toBe(commit);
      expect(await history.find("f".repeat(40))).toBeUndefined();
      expect(await history.find("--all")).toBeUndefined();
    });

    it("is whole where two wrote without knowing of each other, one of them offline", async () => {
      const other = await world.clone();
      await record(clone.state, 0);
      await other.state.read();
      await world.cutOff(true);
      await record(clone.again(), 1);
      await record(clone.again(), 2, 3);
      await world.cutOff(false);
      await record(other.state, 4);

      const synced = await clone.again().sync();

      const { files, commit = "" } = synced.snapshot;
      const { records } = readRecords(files);
      const parentsOf = (one: string): readonly string[] | undefined => records.get(one)?.record.parents;
      expect([synced.kind, records.size, anchorOf(files).heads.length]).toEqual(["pushed", 5, 2]);
      expect(verifyHistory(await history.commits(commit), { parentsOf, anchors: [] })).toMatchObject({
        commits: 4,
        merges: 0,
        findings: [],
      });
    });
  });
}

skipSuiteUnless(tool("git"), "git is not installed")("the history of a branch that somebody worked on with Git", () => {
  let world: Awaited<ReturnType<typeof createGitStateWorld>>;
  let clone: StateClone;
  let directory: string;

  beforeEach(async () => {
    world = await createGitStateWorld();
    clone = await world.clone();
    directory = directoryOf(clone);
    for (const index of [0, 1, 2]) await record(clone.state, index);
    runGit(directory, "config", "user.name", "Mallory");
    runGit(directory, "config", "user.email", "mallory@example.org");
    runGit(directory, "switch", "--quiet", "hubfleet/state");
  });
  afterEach(() => world.remove());

  const judge = async (anchors: readonly string[] = []): Promise<readonly string[]> => {
    const { files } = await clone.again().read({ isOffline: true });
    const { records } = readRecords(files);
    const past = await openGitHistory(directory).commits(runGit(directory, "rev-parse", "HEAD").trim());
    const named = anchors.map((commit) => ({ name: "kept", commit }));
    const parentsOf = (one: string): readonly string[] | undefined => records.get(one)?.record.parents;
    return verifyHistory(past, { parentsOf, anchors: named }).findings.map(({ kind }) => kind);
  };
  const anyRecord = (): string => runGit(directory, "ls-files", "evidence").split("\n")[0] ?? "";

  it("is whole when nobody did", async () => {
    expect(await judge([runGit(directory, "rev-parse", "HEAD~1").trim()])).toEqual([]);
  });

  it("tells that a record was removed, though it was put back", async () => {
    runGit(directory, "rm", "--quiet", anyRecord());
    runGit(directory, "commit", "--quiet", "-m", "tidy up");
    runGit(directory, "revert", "--no-edit", "HEAD");

    expect(await judge()).toEqual(expect.arrayContaining(["taken-away"]));
  });

  it("tells that it was written anew, whatever `git replace` pretends", async () => {
    const [kept = "", root = ""] = ["HEAD", "HEAD~2"].map((at) => runGit(directory, "rev-parse", at).trim());
    runGit(directory, "reset", "--quiet", "--soft", "HEAD~1");
    runGit(directory, "commit", "--quiet", "--amend", "-m", "all in one");
    runGit(directory, "replace", "HEAD", kept);

    expect(await judge([root])).toEqual([]);
    expect(await judge([kept])).toEqual(["rewritten"]);
  });

  it("tells that a merge left something out, and that another beginning was joined", async () => {
    const lost = anyRecord();
    runGit(directory, "switch", "--quiet", "--orphan", "other");
    runGit(directory, "commit", "--quiet", "--allow-empty", "-m", "another beginning");
    runGit(directory, "switch", "--quiet", "hubfleet/state");
    runGit(directory, "merge", "--quiet", "--no-commit", "--allow-unrelated-histories", "-s", "ours", "other");
    runGit(directory, "rm", "--quiet", "-f", lost);
    runGit(directory, "commit", "--quiet", "-m", "merged");

    expect((await judge()).toSorted()).toEqual(["begins-anew", "dropped"]);
  });

  it("knows that a shallow clone does not have all of it", async () => {
    const shallow = `${world.root}/shallow`;
    runGit(
      world.root,
      "clone",
      "--quiet",
      "--depth=2",
      "--branch=hubfleet/state",
      `file://${world.root}/fleet.git`,
      shallow,
    );

    const past = await openGitHistory(shallow).commits("HEAD");

    expect([past.commits.length, past.isCut]).toEqual([2, true]);
  });
});

import { afterEach, beforeEach, expect, it } from "vitest";
import { parse, stringify } from "yaml";

import type { StateChange, StateRef } from "../../src/ports/state-ref.ts";
import { createInterleaving } from "../support/interleave.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";
import { about, directoryOf, write } from "../support/state-edits.ts";
import { createGitStateWorld, runGit, type StateClone, type GitStateWorld } from "../support/state-worlds.ts";

class Killed extends Error {}

/** Git's commands that change something; a kill before any other is one after the last of these. */
const writing = new Set(["fetch", "hash-object", "mktree", "commit-tree", "push", "update-ref"]);

skipSuiteUnless(tool("git"), "git is not installed")("the state ref in races and kills", () => {
  let world: GitStateWorld;

  beforeEach(async () => {
    world = await createGitStateWorld();
  });
  afterEach(() => world.remove());

  it("loses no update and invents none, in ten orders of the steps of two writers", async () => {
    const clones = [await world.clone(), await world.clone()];
    const expected: string[] = [];

    for (let seed = 1; seed <= 10; seed += 1) {
      const { step, run } = createInterleaving(seed * 7919);
      const work = clones.map(async (clone, writer) => {
        const name = `s${seed}-w${writer}`;
        expected.push(name);
        expect(await clone.again(step).commit(add(name), about(name))).toMatchObject({ kind: "pushed" });
      });
      await run(Promise.all(work));
    }

    expect([...(await world.messages())].sort()).toEqual(expected.sort());
    expect(readAll(await world.files())).toEqual({ all: expected.length, names: expected });
  });

  it("loses no update of writers at full speed, two of them in one clone", async () => {
    const [clone, other] = [await world.clone(), await world.clone()];
    const states = [clone.again(), clone.again(), other.again()];

    const work = states.map(async (state, writer) => {
      for (let turn = 0; turn < 3; turn += 1) {
        const name = `w${writer}-${turn}`;
        await persist(state, name);
      }
    });
    await Promise.all(work);

    const names = [0, 1, 2].flatMap((writer) => [0, 1, 2].map((turn) => `w${writer}-${turn}`));
    expect(readAll(await world.files())).toEqual({ all: 9, names });
    expect([...(await world.messages())].sort()).toEqual(names);
  });

  it("is whole after a kill before any step that writes, with two that waited when the remote went on", async () => {
    const [clone, other] = [await world.clone(), await world.clone()];
    await other.state.commit(addApart("before"), about("before"));
    await leaveWaiting(clone, other);
    const goBack = await world.keep();
    const names = ["before", "mine", "waited-1", "waited-2", "went-on"];
    const survived: string[] = [];

    for (let killedAt = 0, isDone = false; !isDone; killedAt += 1) {
      await goBack();
      let taken = 0;
      const mortal = async (step: string): Promise<void> => {
        if (!writing.has(step)) return;
        if (taken === killedAt) throw new Killed(step);
        taken += 1;
        if (taken > survived.length) survived.push(step);
      };

      isDone = await survives(clone.again(mortal).commit(addApart("mine"), about("mine")));
      // The next command looks, finds it recorded or not, and does what is missing.
      const after = await clone.again().commit(addApart("mine"), about("mine"));

      expect([...(await world.messages())].sort()).toEqual(names);
      expect(readAll(after.snapshot.files).names).toEqual(names);
      expect(after.snapshot.standing.waiting).toBeUndefined();
    }

    expect(runGit(directoryOf(clone), "fsck", "--no-dangling", "--no-progress")).toBe("");
    expect(survived).toMatchInlineSnapshot(`
      [
        "fetch",
        "update-ref",
        "hash-object",
        "mktree",
        "mktree",
        "commit-tree",
        "hash-object",
        "mktree",
        "mktree",
        "commit-tree",
        "update-ref",
        "hash-object",
        "mktree",
        "mktree",
        "commit-tree",
        "push",
        "update-ref",
        "update-ref",
      ]
    `);
  });

  async function leaveWaiting(clone: StateClone, other: StateClone): Promise<void> {
    await clone.state.read();
    await world.cutOff(true);
    await clone.again().commit(addApart("waited-1"), about("waited-1"));
    await clone.again().commit(addApart("waited-2"), about("waited-2"));
    await world.cutOff(false);
    await other.again().commit(addApart("went-on"), about("went-on"));
  }
});

/** Adds a record and counts it. */
function add(name: string): StateChange {
  return ({ files }) => {
    const { all } = readAll(files);
    return write({ [`evidence/${name}`]: name, "deployed.yaml": stringify({ all: all + 1 }) })();
  };
}

/** Adds a record, unless it is there. */
function addApart(name: string): StateChange {
  return ({ files }) => (files.has(`evidence/${name}`) ? "nothing" : write({ [`evidence/${name}`]: name })());
}

/** As an operator would: another command was faster too often, so once more. */
async function persist(state: StateRef, name: string): Promise<void> {
  for (;;) {
    try {
      await state.commit(add(name), about(name));
      return;
    } catch (error) {
      if ((error as { readonly code?: string }).code !== "STATE_RACE_LOST") throw error; // a HubfleetError has a code
    }
  }
}

async function survives(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Killed) return false;
    throw error;
  }
}

function readAll(files: ReadonlyMap<string, string>): { readonly all: number; readonly names: readonly string[] } {
  const document = parse(files.get("deployed.yaml") ?? "{}") as { readonly all?: number }; // written by `add`
  const records = [...files.keys()].filter((path) => path.startsWith("evidence/"));
  return { all: document.all ?? 0, names: records.map((path) => path.slice("evidence/".length)).sort() };
}

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createInterleaving } from "../../../test/support/interleave.ts";
import type { StateCommitted, StateRef, StateSnapshot } from "../../ports/state-ref.ts";
import {
  createStateCloneMemory,
  createStateRefMemory,
  createStateRemoteMemory,
  isBefore,
  listCommits,
  type StateCloneMemory,
  type StateRemoteMemory,
} from "./state-ref-memory.ts";

class Killed extends Error {}

/** A remote that remembers every commit it was ever at. */
function watchedRemote(): StateRemoteMemory & { readonly tips: string[] } {
  const tips: string[] = [];
  return Object.defineProperty({ ...createStateRemoteMemory(), tips }, "tip", {
    get: () => tips.at(-1),
    set: (tip: string) => {
      tips.push(tip);
    },
  });
}

interface WriterProps {
  readonly clone: StateCloneMemory;
  readonly beforeStep: () => Promise<void>;
}

function open({ clone, beforeStep }: WriterProps): StateRef {
  const clock = { now: () => new Date(0), sleep: beforeStep, every: () => () => {} };
  return createStateRefMemory({ clone, beforeStep, clock, attempts: 1000, delayMilliseconds: () => 0 });
}

/** Adds a record, counts it among all, and notes it under a key of its own. */
const add =
  (name: string) =>
  ({ files }: StateSnapshot): { readonly write: ReadonlyMap<string, string> } => {
    const document = readNotes(files);
    const write = new Map([[`evidence/${name}`, name]]);
    return {
      write: write.set("notes.json", JSON.stringify({ ...document, all: (document["all"] ?? 0) + 1, [name]: 1 })),
    };
  };

/** The same without the common count, so that changes made apart do not contradict each other. */
const addApart =
  (name: string) =>
  ({ files }: StateSnapshot): { readonly write: ReadonlyMap<string, string> } => {
    const document = readNotes(files);
    const write = new Map([[`evidence/${name}`, name]]);
    return { write: write.set("notes.json", JSON.stringify({ ...document, [name]: 1 })) };
  };

function expectForwardOnly(remote: ReturnType<typeof watchedRemote>): void {
  const steps = remote.tips.slice(1).map((tip, index) => isBefore(remote, remote.tips[index], tip));
  expect(steps).not.toContain(false);
}

function readNotes(files: ReadonlyMap<string, string>): Readonly<Record<string, number>> {
  return JSON.parse(files.get("notes.json") ?? "{}") as Readonly<Record<string, number>>; // written above
}

function recordsOf(files: ReadonlyMap<string, string>): readonly string[] {
  return [...files.keys()]
    .filter((path) => path.startsWith("evidence/"))
    .map((path) => path.slice(9))
    .sort();
}

describe("writers that race", () => {
  it("lose no update and invent none, however their steps interleave", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.array(fc.record({ clone: fc.nat(2), commits: fc.integer({ min: 1, max: 3 }) }), {
          minLength: 2,
          maxLength: 4,
        }),
        async (seed, writers) => {
          const remote = watchedRemote();
          const clones = [0, 1, 2].map(() => createStateCloneMemory(remote));
          const { step: beforeStep, run } = createInterleaving(seed);
          const names: string[] = [];

          const work = writers.map(async ({ clone, commits }, writer) => {
            const state = open({ clone: clones[clone] as StateCloneMemory, beforeStep });
            for (let turn = 0; turn < commits; turn += 1) {
              const name = `w${writer}-${turn}`;
              names.push(name);
              expect(await state.commit(add(name), { message: name })).toMatchObject({ kind: "pushed" });
            }
          });
          await run(Promise.all(work));

          const line = listCommits(remote, remote.tip);
          const files = line.at(-1)?.files ?? new Map<string, string>();
          expect(recordsOf(files)).toEqual(names.sort());
          expect(readNotes(files)["all"]).toBe(names.length);
          expect(line.map(({ message }) => message).sort()).toEqual(names);
          expectForwardOnly(remote);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("lose nothing that was acknowledged when they are killed, cut off and refused", async () => {
    const turn = fc.record({
      clone: fc.nat(2),
      isReachable: fc.boolean(),
      isRefused: fc.boolean(),
      losesAnswer: fc.boolean(),
      killedAfter: fc.option(fc.nat(12), { nil: Number.POSITIVE_INFINITY }),
    });
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(turn, { minLength: 2, maxLength: 8 }), async (seed, turns) => {
        const remote = watchedRemote();
        const clones = [0, 1, 2].map(() => createStateCloneMemory(remote));
        const { step: beforeStep, run } = createInterleaving(seed);
        const acknowledged: string[] = [];

        const work = turns.map(async ({ clone, killedAfter, ...weather }, index) => {
          let steps = 0;
          const mortal = async (): Promise<void> => {
            await beforeStep();
            if (steps === killedAfter) throw new Killed();
            steps += 1;
            remote.isReachable = weather.isReachable;
            remote.refusal = weather.isRefused ? "protected" : undefined;
            remote.losesAnswer ||= weather.losesAnswer;
          };
          const state = open({ clone: clones[clone] as StateCloneMemory, beforeStep: mortal });
          const committed = await survive(state.commit(addApart(`t${index}`), { message: `t${index}` }));
          if (committed !== "killed") acknowledged.push(`t${index}`);
        });
        await run(Promise.all(work));

        Object.assign(remote, { isReachable: true, refusal: undefined, losesAnswer: false });
        for (const clone of clones) {
          const { snapshot } = await open({ clone, beforeStep: async () => {} }).sync();
          expect(snapshot.standing.waiting).toBeUndefined();
        }
        const files = listCommits(remote, remote.tip).at(-1)?.files ?? new Map<string, string>();
        const found = recordsOf(files);
        expect(found).toEqual(expect.arrayContaining(acknowledged));
        expect(turns.map((_, index) => `t${index}`)).toEqual(expect.arrayContaining([...found]));
        const noted = readNotes(files);
        expect(Object.keys(noted).sort()).toEqual(found);
        expectForwardOnly(remote);
      }),
      { numRuns: 1500 },
    );
  });
});

async function survive(work: Promise<StateCommitted>): Promise<StateCommitted | "killed"> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Killed) return "killed";
    throw error;
  }
}

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { StagePolicy } from "../fleet/stage-policy.ts";
import { type HubState, nextHubs, progressSentence, type StageProgress } from "./waves.ts";

type Waves = StageProgress["policy"];

const one: StagePolicy["waves"] = [{ kind: "hubs", count: 1 }];

describe("nextHubs", () => {
  it.each([
    ["one first", "wwww", {}, { kind: "go", hubs: ["h0"], wave: 1, waves: 2 }],
    ["nothing while it is changing", "cwww", {}, { kind: "wait", for: ["h0"], wave: 1, waves: 2 }],
    ["the others when it is well", "dwww", {}, { kind: "go", hubs: ["h1", "h2", "h3"], wave: 2, waves: 2 }],
    ["no more at once than may be", "dccwww", { concurrency: 3 }, { kind: "go", hubs: ["h3"], wave: 2, waves: 2 }],
    [
      "none when as many are changing",
      "dcccww",
      { concurrency: 3 },
      { kind: "wait", for: ["h1", "h2", "h3"], wave: 2, waves: 2 },
    ],
    ["nothing after a failure", "dfww", {}, { kind: "stopped", failed: ["h1"] }],
    ["nothing after it, while others are still changing", "dfcw", {}, { kind: "stopped", failed: ["h1"] }],
    [
      "on after as many failures as may be",
      "dfww",
      { failures: 1 },
      { kind: "go", hubs: ["h2", "h3"], wave: 2, waves: 2 },
    ],
    ["nothing after one more", "dffw", { failures: 1 }, { kind: "stopped", failed: ["h1", "h2"] }],
    ["past hubs that are kept", "kkww", {}, { kind: "go", hubs: ["h2"], wave: 1, waves: 2 }],
    ["nothing when all are done or kept", "ddkd", {}, { kind: "complete" }],
    ["nothing in a stage without hubs", "", {}, { kind: "complete" }],
    [
      "everything at once without waves",
      "www",
      { waves: [] },
      { kind: "go", hubs: ["h0", "h1", "h2"], wave: 1, waves: 1 },
    ],
    [
      "a share, rounded up",
      "wwwww",
      { waves: [{ kind: "share", percent: 25 }] },
      { kind: "go", hubs: ["h0", "h1"], wave: 1, waves: 2 },
    ],
    [
      "no wave of nobody",
      "www",
      { waves: [{ kind: "share", percent: 0 }] },
      { kind: "go", hubs: ["h0", "h1", "h2"], wave: 1, waves: 1 },
    ],
    [
      "no more hubs than there are",
      "w",
      {
        waves: [
          { kind: "hubs", count: 5 },
          { kind: "hubs", count: 5 },
        ],
      },
      { kind: "go", hubs: ["h0"], wave: 1, waves: 1 },
    ],
  ] as const)("takes %s", (_, states, policy, expected) => {
    expect(nextHubs(progress(states, policy))).toEqual(expected);
  });

  it("reaches every hub once, never more at a time than may be, never a wave before the last is over", () => {
    const policies = fc.record({
      waves: fc.array(
        fc.oneof(
          fc.integer({ min: 1, max: 5 }).map((count) => ({ kind: "hubs" as const, count })),
          fc.integer({ min: 0, max: 100 }).map((percent) => ({ kind: "share" as const, percent })),
        ),
        { maxLength: 4 },
      ),
      concurrency: fc.integer({ min: 1, max: 5 }),
      failures: fc.integer({ min: 0, max: 3 }),
    });
    const outcomes = fc.array(fc.constantFrom<HubState>("done", "done", "done", "failed"), {
      minLength: 40,
      maxLength: 40,
    });
    fc.assert(
      fc.property(policies, fc.integer({ min: 0, max: 30 }), outcomes, (policy, count, ends) => {
        const hubs = new Map(
          Array.from({ length: count }, (_unused, index): [string, HubState] => [`h${index}`, "waiting"]),
        );
        const left = [...ends];
        for (;;) {
          const states = [...hubs].map(([name, state]) => ({ name, state }));
          const next = nextHubs({ hubs: states, policy });
          if (next.kind === "complete" || next.kind === "stopped") break;
          if (next.kind === "go") for (const name of next.hubs) hubs.set(name, "changing");
          else hubs.set(next.for[0] ?? "", left.pop() ?? "done");
          expect([...hubs.values()].filter((state) => state === "changing").length).toBeLessThanOrEqual(
            policy.concurrency,
          );
        }
        const failed = [...hubs.values()].filter((state) => state === "failed").length;

        expect(
          failed > policy.failures || [...hubs.values()].every((state) => state === "done" || state === "failed"),
        ).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

it("says where a stage stands", () => {
  const states = `${"d".repeat(60)}ffkcc${"w".repeat(75)}`;

  expect(progressSentence("production", progress(states, {}))).toBe(
    "stage production stands at 60 of 140 hubs, 2 changing, 2 failed: h60 and h61, 1 kept where they are: h62, stopped",
  );
  expect(progressSentence("staging", progress("d", {}))).toBe("stage staging stands at 1 of 1 hub");
});

function progress(states: string, policy: Partial<Waves>): StageProgress {
  const words: Readonly<Record<string, HubState>> = { w: "waiting", c: "changing", d: "done", f: "failed", k: "kept" };
  return {
    hubs: Array.from(states, (letter, index) => ({ name: `h${index}`, state: words[letter] ?? "waiting" })),
    policy: { waves: one, concurrency: 4, failures: 0, ...policy },
  };
}

import { describe, expect, it } from "vitest";

import { aHub, noPolicy, withSoak } from "../../test/support/a-gate.ts";
import type { Stage } from "../fleet/fleet.ts";
import { planStages } from "./plan-stages.ts";

const facts = {
  hubs: (name: string) => [aHub(`${name}-hub`)],
  running: () => undefined,
  hubsBefore: (name: string) => [aHub(`${name}-hub-before`)],
  holds: [],
};

describe("planStages", () => {
  it.each([
    ["those before it", ["a", "b", "c"], ["a", "b", "c"], "c", ["a", "b"]],
    ["none before the first", ["a", "b"], ["a", "b"], "a", []],
    ["a stage that was put in with the bundle", ["a", "new", "c"], ["a", "c"], "c", ["a", "new"]],
    ["one that was taken out, once more", ["a", "c"], ["a", "b", "c"], "c", ["b (removed)", "a"]],
    ["one that was moved behind, once more", ["c", "b"], ["b", "c"], "c", ["b"]],
    ["those before a stage that is new itself", ["a", "new"], ["a"], "new", ["a"]],
  ])("looks at %s", (_, now, before, target, expected) => {
    const planned = planStages(
      target,
      { now: now.map((name) => stage(name)), before: before.map((name) => stage(name)) },
      facts,
    );

    expect(planned?.earlier.map(({ name, isRemoved }) => (isRemoved ? `${name} (removed)` : name))).toEqual(expected);
  });

  it("gives each what it asked before, and a stage that is gone the hubs that it had", () => {
    const week: Stage = { name: "a", description: "", policy: withSoak({ minimumSeconds: 604_800 }) };
    const planned = planStages("c", { now: [stage("a"), stage("c")], before: [week, stage("b"), stage("c")] }, facts);

    expect(planned?.earlier.find(({ name }) => name === "a")?.before).toBe(week.policy);
    expect(planned?.earlier.find(({ name }) => name === "b")?.hubs.map(({ name }) => name)).toEqual(["b-hub-before"]);
  });

  it("knows no gate of a stage that is not there", () => {
    expect(planStages("d", { now: [stage("a")], before: [] }, facts)).toBeUndefined();
  });
});

function stage(name: string): Stage {
  return { name, description: "", policy: noPolicy };
}

import { expect, it } from "vitest";

import { type MovingBundle, nextMoves } from "./next-moves.ts";

const made = (id: string, madeAt: number): MovingBundle => ({ id, digest: `sha256:${id}`, madeAt });
const [one, two, three] = [made("one", 1), made("two", 2), made("three", 3)];
const names = ["testing", "canary", "production"];

it.each<[string, readonly (MovingBundle | undefined)[], readonly string[]]>([
  ["a new bundle goes to the first stage", [undefined, undefined, undefined], ["three → testing"]],
  ["each stage waits for that of the one before it", [three, two, one], ["three → canary", "two → production"]],
  ["a stage that has it waits for nothing", [three, three, three], []],
  ["behind a stage without a bundle nothing moves", [three, undefined, one], ["three → canary"]],
  ["a stage that went back sends nothing on", [one, two, two], ["three → testing"]],
])("%s", (_, bundles, expected) => {
  const stages = names.map((name, index) => ({ name, bundle: bundles[index] }));

  expect(nextMoves(stages, three).map(({ bundle, to }) => `${bundle} → ${to}`)).toEqual(expected);
});

it("knows which stage a bundle comes from", () => {
  const stages = names.map((name) => ({ name, bundle: name === "testing" ? two : undefined }));

  expect(nextMoves(stages, three).map(({ from }) => from)).toEqual([undefined, "testing"]);
});

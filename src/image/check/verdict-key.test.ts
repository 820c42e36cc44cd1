import { expect, it } from "vitest";

import { verdictKey, type VerdictInputs } from "./verdict-key.ts";

const inputs: VerdictInputs = { check: "imports", revision: "1", environments: ["abc"], inputs: { b: 1, a: [2] } };

it("is the same for the same inputs, whatever their order", () => {
  expect(verdictKey({ ...inputs, inputs: { a: [2], b: 1 } })).toBe(verdictKey(inputs));
});

it.each<[Partial<VerdictInputs>]>([
  [{ check: "kernel" }],
  [{ revision: "2" }],
  [{ environments: ["abd"] }],
  [{ inputs: { a: [3], b: 1 } }],
])("differs with %j", (change) => {
  expect(verdictKey({ ...inputs, ...change })).not.toBe(verdictKey(inputs));
});

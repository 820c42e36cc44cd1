import { expect, it } from "vitest";

import { parseReason } from "./parse-reason.ts";

it.each([
  ["maps are blank", "maps are blank"],
  ["  maps are blank\n", "maps are blank"],
  ["x".repeat(2000), "x".repeat(2000)],
])("takes a reason: %j", (text, reason) => {
  expect(parseReason(text)).toBe(reason);
});

it.each(["", "  ", "\n\t", "x".repeat(2001)])("takes no other: %j", (text) => {
  expect(() => parseReason(text)).toThrow(/say why|at most 2000/);
});

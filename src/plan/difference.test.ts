import { expect, it } from "vitest";

import { describeDifference } from "./difference.ts";

it.each([
  ["access.users", ["grace", "ada"], ["ada", "mary"], "access.users: + mary, − grace"],
  ["access.users", ["grace", "ada"], ["ada", "grace"], "access.users: other order"],
  ["limits.memoryLimitBytes", 2 ** 30, 1.5 * 2 ** 30, "limits.memoryLimit: 1 GiB → 1.5 GiB"],
  ["culling.idleSeconds", 3600, 60, "culling.idle: 3600 s → 60 s"],
  ["title", "A", "B", 'title: "A" → "B"'],
  ["domain", undefined, "hub.example.org", 'domain: now "hub.example.org"'],
  ["domain", "hub.example.org", undefined, 'domain: no longer "hub.example.org"'],
])("says in one line how %s changed", (path, before, after, expected) => {
  expect(describeDifference({ path, before, after })).toBe(expected);
});

it("cuts values that would fill the screen", () => {
  expect(describeDifference({ path: "announcement", before: "", after: "x".repeat(500) }).length).toBeLessThan(100);
});

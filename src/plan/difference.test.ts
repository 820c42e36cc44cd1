import { describe, expect, it } from "vitest";

import { aLocalHub } from "../../test/support/a-local-hub.ts";
import type { Profile } from "../fleet/fleet.ts";
import { describeDifference, differences } from "./difference.ts";

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

describe("profiles", () => {
  const profile = (id: string, changes: Partial<Profile> = {}): Profile => ({
    id,
    name: id.toUpperCase(),
    description: "",
    isDefault: id === "small",
    notebookImage: "lab",
    workerImage: "lab",
    allowedGroups: [],
    environment: {},
    ...changes,
  });
  const cluster = { name: "here", provider: "local", address: "127.0.0.1" } as const;
  const told = (before: readonly Profile[], after: readonly Profile[]): readonly string[] =>
    differences(
      { hub: aLocalHub({ profiles: before }), cluster },
      { hub: aLocalHub({ profiles: after }), cluster },
    ).map(describeDifference);
  const [small, big] = [profile("small"), profile("big", { memoryLimitBytes: 4 * 2 ** 30 })];

  it.each([
    ["came", [small], [small, big], ['profiles: + big ("BIG", image lab, 4 GiB)']],
    ["went", [small, big], [small], ["profiles: − big"]],
    ["moved", [small, big], [big, small], ["profiles: other order"]],
    [
      "changed",
      [small, big],
      [small, { ...big, memoryLimitBytes: 2 ** 31 }],
      ["profiles.big.memoryLimit: 4 GiB → 2 GiB"],
    ],
  ])("that %s are told in a line, with what changed only", (_what, before, after, lines) => {
    expect(told(before, after)).toEqual(lines);
  });
});

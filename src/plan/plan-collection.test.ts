import { expect, it } from "vitest";

import { planCollection, type StoredKind } from "./plan-collection.ts";

const now = new Date("2026-11-21T12:00:00.000Z");
const retention = { environmentsSeconds: 7_200, logsSeconds: 86_400 };
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);

type Decision = "nothing" | "note" | "remove" | "waiting";

it.each<[string, StoredKind, boolean, Date | undefined, Decision]>([
  ["in use, seen just now", "environment", true, ago(9), "nothing"],
  ["in use, seen a while ago", "environment", true, ago(10), "note"],
  ["in use, never seen", "environment", true, undefined, "note"],
  ["unused, never seen", "environment", false, undefined, "note"],
  ["unused since less than its time", "environment", false, ago(119), "waiting"],
  ["unused for its time", "environment", false, ago(120), "remove"],
  ["unused, noted in the future", "environment", false, ago(-30), "waiting"],
  ["unused for its time", "code", false, ago(120), "remove"],
  ["killed half an hour ago", "half-built environment", false, ago(30), "waiting"],
  ["killed an hour ago", "half-built environment", false, ago(60), "remove"],
  ["left half an hour ago", "leftover", false, ago(30), "waiting"],
  ["left an hour ago", "leftover", false, ago(60), "remove"],
  ["named by nothing", "lock", false, ago(0), "remove"],
  ["quiet for less than a day", "server log", false, ago(1_439), "waiting"],
  ["quiet for a day", "server log", false, ago(1_440), "remove"],
])("decides what to do with a thing %s (%s)", (_, kind, isReferenced, usedAt, expected) => {
  const stored = { kind, path: "/x", isReferenced, usedAt };

  const { remove, waiting, note } = planCollection([stored], retention, now);

  const found = [...remove.map(() => "remove"), ...waiting.map(() => "waiting"), ...note.map(() => "note")];
  expect(found).toEqual(expected === "nothing" ? [] : [expected]);
});

it("keeps an environment for an hour, however short its time is said to be", () => {
  const young = { kind: "environment", path: "/x", isReferenced: false, usedAt: ago(59) } as const;

  const { waiting } = planCollection([young], { environmentsSeconds: 0, logsSeconds: 0 }, now);

  expect(waiting).toEqual([{ stored: young, until: new Date("2026-11-21T12:01:00.000Z") }]);
});

import { expect, it } from "vitest";

import type { Change } from "../../plan/plan.ts";
import { renderWaiting } from "./waiting.ts";

const change = (target: string): Change => ({
  target,
  action: "update",
  part: "hub",
  effect: "none",
  because: [],
  at: [],
});

it.each([
  [["hub/a"], 'note: 1 change waits for "hubfleet up" (hub/a); "hubfleet plan" names each\n'],
  [
    ["hub/a", "hub/a", "image/lab"],
    'note: 3 changes wait for "hubfleet up" (hub/a, image/lab); "hubfleet plan" names each\n',
  ],
  [
    ["a", "b", "c", "d", "e", "f", "g"],
    'note: 7 changes wait for "hubfleet up" (a, b, c, d, e and 2 more); "hubfleet plan" names each\n',
  ],
])("says in a line what apply has left of %j", (targets, line) => {
  expect(renderWaiting({ waiting: targets.map(change), bundled: [] })).toBe(line);
});

it.each([
  [
    ["hub/a"],
    'note: 2 changes wait for "hubfleet bundle new, or hubfleet up" (hub/a, hub/b); "hubfleet plan" names each\n',
  ],
  [["hub/a", "hub/b"], 'note: 2 changes wait for "hubfleet bundle new" (hub/a, hub/b); "hubfleet plan" names each\n'],
])("says where %j run a bundle that it is one that they wait for", (bundled, line) => {
  expect(renderWaiting({ waiting: [change("hub/a"), change("hub/b")], bundled })).toBe(line);
});

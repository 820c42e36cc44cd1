import { expect, it } from "vitest";

import { type Effect, worstEffect } from "./effect.ts";

it.each<[readonly Effect[], Effect]>([
  [[], "none"],
  [["none", "new servers only"], "new servers only"],
  [["servers end", "hub restarts"], "servers end"],
  [["data at risk", "proxy restarts", "none"], "data at risk"],
])("shows of %j the one that hurts most", (set, worst) => {
  expect(worstEffect(set)).toBe(worst);
});

import { expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { isSameSnapshot } from "./same-snapshot.ts";

const fleet = aFleet();

it.each([
  ["nothing", fleet, true],
  ["a character of a file", fleet.withHub("alpha", { port: 18_001 }), false],
  ["a file more", fleet.withFile("logo.svg", "<svg/>"), false],
  ["a file less", fleet.without("images/lab/requirements.txt"), false],
  ["a file that became too big", fleet.withFile("hubs/alpha.yaml", { kind: "too-big", size: 2_000_000 }), false],
])("sees that what differs is %s", (_, other, isSame) => {
  expect(isSameSnapshot(fleet.snapshot(), other.snapshot())).toBe(isSame);
});

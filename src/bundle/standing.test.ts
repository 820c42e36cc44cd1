import { expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import type { Hold } from "./hold.ts";
import { standingOf, type StandingProps } from "./standing.ts";

const noon = Date.parse("2026-11-21T12:00:00Z");
const hold = (target: Hold["target"], hours: number): Hold => ({
  ...{ target, reason: "exam week", owner: "ada", since: noon - 1 },
  until: noon + hours * 3_600_000,
});
const fleet = aFleet().withImage("next").withImage("other");
const inHub = (keys: object): FleetBuilder => fleet.withHub("alpha", { port: 18_000, ...keys });
const experiment = (keys: object): FleetBuilder =>
  fleet.withFile(
    "experiments/try.yaml",
    JSON.stringify({ version: 1, images: { notebook: "next" }, reason: "new maps", ...keys }),
  );
const standing = (of: FleetBuilder, props: Partial<StandingProps> = {}): string =>
  standingOf({
    ...{ hub: { name: "alpha", stage: "production" }, holds: [], isDraft: false, now: noon },
    ...{ reading: of.read(), ...props },
  });

it.each<[string, string, FleetBuilder, Partial<StandingProps>]>([
  ["nothing of it", "stage", fleet, {}],
  ["a hold of the hub", "held", fleet, { holds: [hold("hub/alpha", 1)] }],
  ["a hold of its stage", "held", fleet, { holds: [hold("stage/production", 1)] }],
  ["a hold that is over", "stage", fleet, { holds: [hold("hub/alpha", 0)] }],
  ["a hold of another", "stage", fleet, { holds: [hold("hub/beta", 1), hold("stage/staging", 1)] }],
  [
    "a hold under its old name",
    "held",
    fleet,
    {
      hub: { name: "alpha", stage: "production", renamedFrom: "old" },
      holds: [hold("hub/old", 1)],
    },
  ],
  ["a hold and a draft", "held", fleet, { holds: [hold("hub/alpha", 1)], isDraft: true }],
  ["a draft", "draft", fleet, { isDraft: true }],
  ["an experiment", "experiment", experiment({ hubs: ["alpha"], start: "2026-11-01", deadline: "2026-11-21" }), {}],
  [
    "an experiment and a draft",
    "experiment",
    experiment({ hubs: ["alpha"], start: "2026-11-01", deadline: "2026-11-21" }),
    { isDraft: true },
  ],
  [
    "an experiment that is over",
    "stage",
    experiment({ hubs: ["alpha"], start: "2026-11-01", deadline: "2026-11-20" }),
    {},
  ],
  ["an experiment to come", "stage", experiment({ hubs: ["alpha"], start: "2026-11-22", deadline: "2026-12-01" }), {}],
  [
    "another hub's experiment",
    "stage",
    experiment({ hubs: ["beta"], start: "2026-11-01", deadline: "2026-12-01" }),
    {},
  ],
  ["an image of its own", "pinned", inHub({ images: { notebook: "next" } }), {}],
  ["the image that all have, said again", "stage", inHub({ images: { notebook: "lab" } }), {}],
  ["an image that nobody else names", "stage", inHub({ images: { worker: "next" } }), {}],
  [
    "an image where its group names another",
    "pinned",
    inHub({ groups: ["maps"], images: { worker: "next" } }).withGroup("maps", { images: { worker: "other" } }),
    {},
  ],
  [
    "the image of its group",
    "stage",
    inHub({ groups: ["maps"] }).withGroup("maps", { images: { notebook: "next" } }),
    {},
  ],
  [
    "a profile's image of its own",
    "pinned",
    inHub({ profiles: [{ id: "big", notebookImage: "next" }] }).withPlatform({
      profiles: [{ id: "big", name: "Big", notebookImage: "other" }],
    }),
    {},
  ],
  [
    "an image of its own in a profile that has the hub's",
    "pinned",
    inHub({ profiles: [{ id: "big", notebookImage: "next" }] }).withPlatform({
      profiles: [{ id: "big", name: "Big" }],
    }),
    {},
  ],
  [
    "a text of its own in a profile",
    "stage",
    inHub({ profiles: [{ id: "big", description: "Ours" }] }).withPlatform({
      profiles: [{ id: "big", name: "Big", notebookImage: "other" }],
    }),
    {},
  ],
  ["a profile of its own", "stage", inHub({ profiles: [{ id: "big", name: "Big", notebookImage: "next" }] }), {}],
])("%s: %s", (_what, expected, of, props) => {
  expect(standing(of, props)).toBe(expected);
});

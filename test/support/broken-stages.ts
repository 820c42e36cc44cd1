import { aFleet, type FleetBuilder } from "./a-fleet.ts";

type Keys = Readonly<Record<string, unknown>>;

const twoStages = (first: Keys, last: Keys = {}): FleetBuilder =>
  aFleet().withFleet({
    stages: [
      { name: "testing", ...first },
      { name: "production", ...last },
    ],
  });
const frozen = (freeze: Keys): FleetBuilder => twoStages({}, { freeze: [{ reason: "Event", ...freeze }] });

/** Stages that ask for what cannot be, the codes that must be reported, and where the first one is. */
export const brokenStages: readonly [string, FleetBuilder, readonly string[], string?][] = [
  ["a soak that nothing waits for", twoStages({}, { soak: { minimum: "7d" } }), ["STAGE_IS_LAST"], "fleet.yaml:7:5"],
  [
    "a number of hubs in the only stage",
    aFleet().withFleet({ stages: [{ name: "production", hubs: 1 }] }),
    ["STAGE_IS_LAST"],
  ],
  [
    "a time zone that nobody has",
    frozen({ from: "2026-08-01", to: "2026-08-02", timezone: "Europe/Berlim" }),
    ["UNKNOWN_TIME_ZONE"],
    "fleet.yaml:11:19",
  ],
  ["a freeze that ends before it begins", frozen({ from: "2026-08-02", to: "2026-08-01" }), ["FREEZE_DATES"]],
  ["a freeze of no length", frozen({ from: "2026-08-02T10:00", to: "2026-08-02T10:00" }), ["FREEZE_DATES"]],
  ["a day that no calendar has", frozen({ from: "2026-02-30", to: "2026-03-01" }), ["FREEZE_DATES"]],
  ["a freeze in other words", frozen({ from: "10 August", to: "2026-08-20" }), ["INVALID_VALUE"]],
  [
    "a freeze that says no reason",
    twoStages({}, { freeze: [{ from: "2026-08-01", to: "2026-08-02" }] }),
    ["MISSING_KEY"],
  ],
  ["a soak in no unit", twoStages({ soak: { minimum: "a week" } }), ["INVALID_VALUE"]],
  ["a check that no hub of the stage has", twoStages({}, { checks: ["hub", "extra/climate"] }), ["UNKNOWN_CHECK"]],
  ["a check under another name", twoStages({ checks: ["kernel"] }), ["INVALID_VALUE"]],
  [
    "an item that is there twice",
    twoStages({
      checklist: [
        { name: "plots", text: "a" },
        { name: "plots", text: "b" },
      ],
    }),
    ["DUPLICATE_ITEM"],
  ],
  ["a role that is asked twice", twoStages({ signoffs: [{ role: "viewer" }, { role: "viewer" }] }), ["DUPLICATE_ITEM"]],
  ["a wave of too much", twoStages({ waves: ["150%"] }), ["INVALID_VALUE"]],
];

import { aHub, day, noPolicy, start, theParts } from "../a-gate.ts";
import { seen, end, glass, frozen, hold, type GateRow } from "./records.ts";

/** Freezes, holds, containers, clocks, expiry, broken glass. */
export const windowCases: readonly GateRow[] = [
  [
    "the millisecond before a freeze",
    {
      evidence: [seen],
      now: end - 1,
      stage: { running: { ...theParts, settings: "old" }, ...frozen },
    },
    "open",
  ],
  ["the beginning of a freeze", { evidence: [seen], now: end, stage: { ...frozen } }, "frozen"],
  ["its last millisecond", { evidence: [seen], now: end + day - 1, stage: { ...frozen } }, "frozen"],
  ["its end", { evidence: [seen], now: end + day, stage: { ...frozen } }, "open"],
  [
    "other packages at the deadline",
    { evidence: [seen], now: end - 14 * day, stage: { ...frozen } },
    "packages-closed",
  ],
  ["other packages before it", { evidence: [seen], now: end - 14 * day - 1, stage: { ...frozen } }, "open"],

  ["a hold", { evidence: [seen], now: end - 1, stage: { holds: [hold(end)] } }, "held"],
  ["the end of a hold", { evidence: [seen], now: end, stage: { holds: [hold(end)] } }, "open"],

  [
    "a Kubernetes hub and no container",
    {
      evidence: [seen],
      bundle: { withoutContainer: ["image/lab"] },
      stage: { hubs: [aHub("real", { needsContainers: true })] },
    },
    "no-container",
  ],
  ["a local hub and no container", { evidence: [seen], bundle: { withoutContainer: ["image/lab"] } }, "open"],
  [
    "a Kubernetes hub of an image that has one",
    {
      evidence: [seen],
      bundle: { withoutContainer: ["image/gpu"] },
      stage: { hubs: [aHub("real", { needsContainers: true })] },
    },
    "open",
  ],

  ["a clock behind the newest record", { evidence: [seen], newestRecordAt: end, now: end - 1 }, "clock-behind"],
  ["a clock at the newest record", { evidence: [seen], newestRecordAt: end, now: end }, "open"],
  ["a clock from before the bundle was made", { earlier: [], now: start - 1 }, "clock-behind"],

  [
    "its last millisecond before it expires",
    {
      evidence: [seen],
      now: start + 28 * day - 1,
      stage: { policy: { ...noPolicy, expiresSeconds: 28 * 86_400 } },
    },
    "open",
  ],
  [
    "its expiry",
    {
      evidence: [seen],
      now: start + 28 * day,
      stage: { policy: { ...noPolicy, expiresSeconds: 28 * 86_400 } },
    },
    "expired",
  ],

  ["broken glass", { evidence: [glass] }, "open"],
  [
    "broken glass after the expiry",
    {
      evidence: [glass],
      now: start + 28 * day,
      stage: { policy: { ...noPolicy, expiresSeconds: 28 * 86_400 } },
    },
    "open",
  ],
  ["glass that was broken for another bundle", { evidence: [{ ...glass, bundle: "sha256:b0" }] }, "not-seen"],
  ["glass that was broken for another stage", { evidence: [{ ...glass, stage: "testing" }] }, "not-seen"],
  ["broken glass and a hold", { evidence: [glass], now: end - 1, stage: { holds: [hold(end)] } }, "not-seen", "held"],
  [
    "broken glass and no container",
    {
      evidence: [seen, glass],
      bundle: { withoutContainer: ["image/lab"] },
      stage: { hubs: [aHub("real", { needsContainers: true })] },
    },
    "no-container",
  ],
];

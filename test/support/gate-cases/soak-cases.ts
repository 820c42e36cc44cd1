import { aHub, anObservation, aStage, day, hour, noPolicy, start, watched, withSoak } from "../a-gate.ts";
import { week, seen, signed, listed, tick, withoutLab, changedLab, soaking, used, type GateRow } from "./records.ts";

/** Being seen healthy, for long enough, on enough hubs, with enough use, and in every stage before. */
export const soakCases: readonly GateRow[] = [
  [
    "a part that no earlier hub runs, where that is only said",
    {
      evidence: [seen],
      testing: { hubs: [aHub("try", { parts: ["settings"] })] },
      stage: { policy: { ...noPolicy, untried: "say" } },
    },
    "open",
  ],
  ["a bundle that was seen healthy once, where nothing more is asked", { evidence: [seen] }, "open"],
  ["the first stage", { earlier: [] }, "open"],
  ["no evidence at all", {}, "not-seen"],
  ["an observation of other parts", { evidence: [{ ...seen, parts: changedLab }] }, "not-seen"],
  ["an observation that is dated later than now", { evidence: [seen], now: start + day - 1 }, "not-seen"],
  ["one at this very moment", { evidence: [seen], now: start + day }, "open"],
  ["a failure after it", { evidence: [seen, anObservation({ at: start + day + 1, verdict: "failed" })] }, "not-seen"],
  [
    "a failure at the same moment",
    { evidence: [seen, anObservation({ at: start + day, verdict: "failed" })] },
    "not-seen",
  ],
  ["a failure before it", { evidence: [seen, anObservation({ verdict: "failed" })] }, "open"],
  ["a hub that has left the stage", { evidence: [seen], testing: { hubs: [aHub("other")] } }, "not-seen"],
  [
    "parts that were each seen well, and never together",
    {
      evidence: [
        { ...seen, parts: { ...seen.parts, settings: "old" } },
        { ...seen, id: "2", parts: changedLab },
      ],
    },
    "not-seen",
  ],
  ["a stage without hubs", { evidence: [seen], testing: { hubs: [] } }, "stage-empty"],
  ["a stage that was taken out", { evidence: [seen], testing: { isRemoved: true } }, "stage-removed"],
  ["a stage without hubs that was taken out", { testing: { hubs: [], isRemoved: true } }, "open"],
  [
    "two stages before, one of which it did not pass",
    {
      evidence: [seen],
      earlier: [aStage("testing", { hubs: [aHub("try")] }), aStage("canary", { hubs: [aHub("can")] })],
    },
    "not-seen",
  ],

  ["a week less a millisecond", soaking(7 * day - 1), "soak-time"],
  ["a week to the millisecond", soaking(7 * day), "open"],
  ["a week long ago", { ...soaking(7 * day), now: start + 1000 * day }, "open"],
  ["a day's looks, and six days nobody looked", { ...soaking(day), now: start + 1000 * day }, "soak-time"],
  [
    "a part that a patch replaced",
    {
      ...soaking(hour),
      bundle: { patched: ["image/lab", "image/hub", "settings", "renderer"] },
      testing: { policy: withSoak({ minimumSeconds: 604_800, patchMinimumSeconds: 3600 }) },
    },
    "open",
  ],
  [
    "the others of a patch",
    {
      ...soaking(hour),
      bundle: { patched: ["image/lab"] },
      testing: { policy: withSoak({ minimumSeconds: 604_800, patchMinimumSeconds: 3600 }) },
    },
    "soak-time",
  ],
  [
    "one of two hubs",
    { evidence: watched(start, start + 7 * day), testing: { hubs: [aHub("try"), aHub("too")], policy: week } },
    "not-seen",
  ],
  [
    "one of two hubs, where one is enough",
    {
      evidence: watched(start, start + 7 * day),
      testing: { hubs: [aHub("try"), aHub("too")], policy: { ...week, hubs: 1 } },
    },
    "open",
  ],
  ["more hubs than there are", { evidence: [seen], testing: { policy: { ...noPolicy, hubs: 2 } } }, "not-seen"],
  ["enough use", used(20, 5, 3), "open"],
  ["a spawn too few", used(19, 5, 3), "soak-use"],
  ["a user too few", used(20, 4, 3), "soak-use"],
  ["a Dask cluster too few", used(20, 5, 2), "soak-use"],

  [
    "a part that no earlier hub runs",
    { evidence: [seen], testing: { hubs: [aHub("try", { parts: ["image/hub", "settings", "renderer"] })] } },
    "part-not-tried",
  ],
  [
    "a part that hubs of one of two earlier stages run",
    {
      evidence: [seen, anObservation({ hub: "can", stage: "canary", at: start + day })],
      earlier: [
        aStage("testing", { hubs: [aHub("try")] }),
        aStage("canary", { hubs: [aHub("can", { parts: ["settings"] })] }),
      ],
    },
    "open",
  ],
  [
    "such a part that the stage runs already",
    {
      evidence: [seen],
      testing: { hubs: [aHub("try", { parts: ["image/hub", "settings", "renderer"] })] },
      stage: withoutLab,
    },
    "open",
  ],

  [
    "a soak that was shortened with the bundle",
    { ...soaking(day), testing: { policy: noPolicy, before: week } },
    "soak-time",
  ],
  [
    "a soak that was shortened with the bundle before",
    { ...soaking(day), testing: { policy: noPolicy, before: noPolicy } },
    "open",
  ],
  ["a soak that was made longer since", { ...soaking(day), testing: { policy: week, before: noPolicy } }, "soak-time"],
  [
    "a file that was no longer asked for with the bundle",
    {
      evidence: [seen, tick],
      stage: {
        policy: { ...noPolicy, checklist: [{ name: "plots", text: "Look", needsAttachment: false }] },
        before: listed.policy,
      },
    },
    "checklist-open",
  ],
  [
    "a sign-off that was taken out with the bundle",
    { evidence: [seen], stage: { policy: noPolicy, before: signed.policy } },
    "sign-off-missing",
  ],
];

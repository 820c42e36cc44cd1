import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { aGateInput, aHub, aStage, minute, start } from "../../test/support/a-gate.ts";
import { evidence, lastMoment, observation } from "../../test/support/arbitrary-evidence.ts";
import { type PlainHub, plainSoak } from "../../test/support/plain-soak.ts";
import type { StagePolicy } from "../fleet/stage-policy.ts";
import type { GateInput, GateStage } from "./gate-input.ts";
import { indexEvidence } from "./index-evidence.ts";
import { soakIn, type StageSoak } from "./soak.ts";

/** Where each part has two versions, so that what one bundle had, another has in part. */
const parts = fc.record({
  "image/lab": fc.constantFrom("lab-1", "lab-0"),
  "image/hub": fc.constant("hub-1"),
  settings: fc.constantFrom("settings-1", "settings-0"),
  renderer: fc.constantFrom("1", "0"),
});
const look = fc
  .tuple(observation, parts, fc.constantFrom("passed", "passed", "failed"), fc.constantFrom([], [], ["settings"]))
  .map(([one, own, verdict, blames]) => ({ ...one, parts: own, verdict, ...(blames.length > 0 ? { blames } : {}) }));
const records = fc.tuple(evidence, fc.array(look, { maxLength: 15 })).map((both) => both.flat());

interface Question {
  readonly parts: GateInput["bundle"]["parts"];
  readonly patched: readonly string[];
  readonly policy: StagePolicy["soak"];
  readonly hubs: GateStage["hubs"];
  readonly now: number;
}

const question: fc.Arbitrary<Question> = fc.record({
  parts: fc.oneof(parts, fc.constant({ settings: "settings-1", renderer: "1" })),
  patched: fc.constantFrom<readonly string[]>([], [], ["image/lab"], ["settings"]),
  policy: fc
    .record({
      minimum: fc.integer({ min: 0, max: 14 }),
      patchMinimum: fc.constantFrom(0, 0, 600, 9000),
      every: fc.constantFrom(600, 1800),
      spawns: fc.constantFrom(0, 0, 3),
    })
    .map(({ minimum, patchMinimum, every, spawns }) => ({
      minimumSeconds: minimum * 600,
      patchMinimumSeconds: patchMinimum,
      observeEverySeconds: every,
      exposure: { spawns, users: 0, daskClusters: 0 },
    })),
  hubs: fc.constantFrom(
    ...[
      ["try", "too"],
      ["try", "too"],
      ["too", "try"],
      ["new", "try"],
    ].map((names) => names.map((name) => aHub(name))),
    [aHub("try", { parts: ["settings", "image/lab"] }), aHub("too")],
    [aHub("try", { parts: ["renderer", "image/gpu"] }), aHub("too")],
  ),
  now: fc.constantFrom(lastMoment, lastMoment, start + 100 * minute),
});

describe("a soak that is worked out for many bundles", () => {
  it("is what each soak by itself is, whatever was asked before", () => {
    fc.assert(
      fc.property(records, fc.array(question, { minLength: 2, maxLength: 8 }), (all, questions) => {
        const kept = indexEvidence(all);
        for (const { parts: own, patched, policy, hubs, now } of questions) {
          const input = aGateInput({ bundle: { parts: own, patched }, now });
          const stage = aStage("testing", { hubs, policy: { ...input.stage.policy, soak: policy } });

          const soak = soakIn(stage, stage.policy, { ...input, evidence: kept });

          const plain = plainSoak(stage, stage.policy, { bundle: input.bundle, records: all, now });
          expect(hubsOf(soak)).toEqual(plain.hubs);
          expect(soak.use).toEqual(policy.exposure.spawns === 0 ? soak.neededUse : (plain.use ?? soak.neededUse));
        }
      }),
      { numRuns: 1500 },
    );
  });
});

function hubsOf({ hubs }: StageSoak): readonly PlainHub[] {
  return hubs
    .map(({ hub, isDone, isSeen, slowest, passes }) => ({
      hub,
      isDone,
      isSeen,
      leftMilliseconds: Math.max(0, slowest.neededMilliseconds - slowest.milliseconds),
      passes: isSeen ? [...new Set(passes().map(({ id }) => id))].toSorted() : [],
    }))
    .toSorted((one, other) => (one.hub < other.hub ? -1 : 1));
}

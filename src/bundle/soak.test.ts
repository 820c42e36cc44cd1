import { describe, expect, it } from "vitest";

import {
  aGateInput,
  aHub,
  anObservation,
  day,
  type GateCase,
  hour,
  start,
  theParts,
  watched,
  withSoak,
} from "../../test/support/a-gate.ts";
import { soakIn, soakLeftMilliseconds, soakSentence, type StageSoak } from "./soak.ts";

const exposure = (spawns: number): { since: number; spawns: number; users: number; daskClusters: number } => ({
  since: start,
  spawns,
  users: 3,
  daskClusters: 0,
});
const week = withSoak({ minimumSeconds: 7 * 86_400, exposure: { spawns: 20, users: 5, daskClusters: 0 } });
const looks = watched(start, start + 3 * day + 4 * hour);
const twoHubs = [aHub("try"), aHub("too")];

describe("the sentence that status says of a soak", () => {
  it.each([
    [
      "3 d 4 h of 7 d, 12 of 20 spawns, 3 of 5 users",
      { evidence: [...looks, anObservation({ id: "used", at: start + 3 * day, exposure: exposure(12) })] },
    ],
    ["0 s of 7 d, 0 of 20 spawns, 0 of 5 users", {}],
    ["7 d of 7 d, 0 of 20 spawns, 0 of 5 users", { evidence: watched(start, start + 9 * day) }],
    [
      "3 d 4 h of 7 d, 1 of 2 hubs",
      {
        evidence: [
          ...watched(start, start + 8 * day),
          ...looks.map((look) => ({ ...look, id: `${look.id}-too`, hub: "too" })),
        ],
        testing: { policy: withSoak({ minimumSeconds: 604_800 }), hubs: twoHubs },
      },
    ],
    [
      "7 d of 7 d",
      {
        evidence: watched(start, start + 8 * day),
        testing: { policy: { ...withSoak({ minimumSeconds: 604_800 }), hubs: 1 }, hubs: twoHubs },
      },
    ],
    ["not seen healthy yet", { testing: { policy: withSoak({}), hubs: [aHub("try")] } }],
    ["seen healthy", { evidence: looks, testing: { policy: withSoak({}), hubs: [aHub("try")] } }],
    ["not seen on any hub", { testing: { policy: withSoak({}), hubs: [] } }],
  ] satisfies [string, GateCase][])("%s", (sentence, test) => {
    expect(soakSentence(soakOf(test))).toBe(sentence);
  });

  it("is about the part with the most time left", () => {
    const fixed = { ...theParts, "image/lab": "lab-2" };
    const after = watched(start + 4 * day, start + 5 * day, { deployment: "d2", parts: fixed });
    const soak = soakOf({ bundle: { parts: fixed }, evidence: [...looks, ...after] });

    expect(soak.hubs[0]?.slowest).toEqual({ part: "image/lab", milliseconds: day, neededMilliseconds: 7 * day });
    expect(soakLeftMilliseconds(soak)).toBe(6 * day);
  });
});

function soakOf(test: GateCase): StageSoak {
  const input = aGateInput({ ...test, testing: { policy: week, ...test.testing } });
  const [stage] = input.earlier;
  if (stage === undefined) throw new Error("every case has a stage before");
  return soakIn(stage, stage.policy, input);
}

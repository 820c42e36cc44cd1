import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { aGateInput, aHub, aStage, type GateCase, start, theParts } from "../../test/support/a-gate.ts";
import { evidence, lastMoment, policies } from "../../test/support/arbitrary-evidence.ts";
import type { GateInput } from "./gate-input.ts";
import { judgeGate } from "./gate.ts";
import { indexEvidence } from "./index-evidence.ts";

const partsOfBundles = fc.constantFrom<GateInput["bundle"]["parts"]>(
  theParts,
  { ...theParts, "image/lab": "lab-0" },
  { ...theParts, settings: "settings-0" },
  { settings: "settings-1", renderer: "1" },
);

const question: fc.Arbitrary<GateCase> = fc
  .record({
    parts: partsOfBundles,
    patched: fc.constantFrom<readonly string[]>([], [], ["image/lab"]),
    policies,
    hubs: fc.constantFrom(["try", "too"], ["too", "try"], ["try"], ["new", "try"]),
    fewParts: fc.boolean(),
    now: fc.integer({ min: start, max: lastMoment }),
  })
  .map(({ parts, patched, policies: { testing, production }, hubs, fewParts, now }) => ({
    bundle: { parts, patched },
    earlier: [
      aStage("testing", {
        policy: testing,
        hubs: hubs.map((name) => aHub(name, fewParts && name === "try" ? { parts: ["settings"] } : {})),
      }),
    ],
    stage: { policy: production },
    now,
  }));

describe("an index of evidence", () => {
  it("says of every bundle, stage and moment what a new one says, whatever it was asked before", () => {
    fc.assert(
      fc.property(evidence, fc.array(question, { minLength: 2, maxLength: 8 }), (records, questions) => {
        const kept = indexEvidence(records);

        for (const one of questions) {
          const input = aGateInput({ ...one, evidence: records });
          expect(judgeGate({ ...input, evidence: kept })).toEqual(judgeGate(input));
        }
      }),
      { numRuns: 400 },
    );
  });
});

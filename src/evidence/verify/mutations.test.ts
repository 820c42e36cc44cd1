import { describe, expect, it } from "vitest";

import { makeEvidence } from "../../../test/support/evidence-history.ts";
import { mutate, mutationKinds } from "../../../test/support/evidence-mutations.ts";
import { judgeAgainst, listed } from "../../../test/support/judge-evidence.ts";
import { createRandom } from "../../../test/support/random.ts";

/** script/bench tries a hundred thousand. */
const tries = 2_000;

describe("evidence that somebody worked on", () => {
  it("is found out relative to an anchor, every time, by hubfleet and by the verifier that needs none of it", () => {
    const unnoticed: string[] = [];
    const disagreed: string[] = [];
    const tried = new Map<string, number>();
    for (let seed = 0; [...tried.values()].reduce((sum, count) => sum + count, 0) < tries; seed += 1) {
      const random = createRandom(seed);
      const evidence = makeEvidence(random);
      for (let index = 0; index < 20; index += 1) {
        const mutated = mutate(evidence, random);
        if (mutated === undefined) continue;
        const { kind, tip, isInFiles } = mutated;
        tried.set(kind, (tried.get(kind) ?? 0) + 1);
        const { files, history, sceptic } = judgeAgainst(evidence, tip);
        const found = isInFiles ? files : history;
        if (found.length === 0) unnoticed.push(`${kind}, seed ${seed}, ${index}`);
        if (listed(files).join("\n") !== sceptic.join("\n")) disagreed.push(`${kind}, seed ${seed}, ${index}`);
      }
    }

    expect({ unnoticed, disagreed }).toEqual({ unnoticed: [], disagreed: [] });
    expect(Math.min(...tried.values())).toBeGreaterThan(20);
    expect([...tried.keys()].sort()).toEqual([...mutationKinds].sort());
  });

  it("is not found out where nobody did: whatever was written since an anchor is no finding", () => {
    for (let seed = 0; seed < 30; seed += 1) {
      const evidence = makeEvidence(createRandom(seed));
      for (const known of evidence.line) {
        const { files, history, sceptic } = judgeAgainst({ ...evidence, tip: known }, evidence.tip);

        expect([files, history, sceptic]).toEqual([[], [], []]);
      }
    }
  });
});

import { describe, expect, it } from "vitest";

import { anObservation, clockOf, day, hour, start } from "../../test/support/a-gate.ts";
import { useSeen } from "./exposure.ts";
import type { Observation } from "./gate-evidence.ts";

describe("the use that observations saw", () => {
  it("adds up windows that follow each other, and users of the best one", () => {
    expect(useSeen(seen([window(0, 1, 3, 2), window(1, 2, 4, 5)]))).toEqual({ spawns: 7, users: 5, daskClusters: 7 });
  });

  it("takes of windows that overlap those that say most", () => {
    expect(useSeen(seen([window(0, 1, 3, 2), window(0, 2, 9, 4), window(1, 3, 5, 1)])).spawns).toBe(9);
    expect(useSeen(seen([window(0, 1, 3, 2), window(0, 2, 6, 4), window(1, 3, 5, 1)])).spawns).toBe(8);
  });

  it("takes no window that has no length, or that ends before it begins", () => {
    expect(useSeen(seen([window(1, 1, 10, 3), window(2, 1, 10, 3)]))).toEqual({ spawns: 0, users: 0, daskClusters: 0 });
  });

  it("leaves out windows that reach back behind a failure", () => {
    const failures = [anObservation({ verdict: "failed", at: start })];
    const passes = [window(-1, 1, 20, 5), window(1, 2, 3, 1)];

    expect(useSeen({ passes, failures, interruptions: [] })).toEqual({
      spawns: 3,
      users: 1,
      daskClusters: 3,
    });
  });

  it("does not count what two machines saw twice", () => {
    const one = { ...window(0, 1, 3, 2), clock: clockOf(start + day, "one") };
    const other = { ...window(1, 2, 4, 2), clock: clockOf(start, "other") };

    expect(useSeen(seen([one, other])).spawns).toBe(4);
  });
});

function window(from: number, to: number, spawns: number, users: number): Observation {
  const since = start + from * hour;
  return anObservation({ at: start + to * hour, exposure: { since, spawns, users, daskClusters: spawns } });
}

function seen(passes: readonly Observation[]): Parameters<typeof useSeen>[0] {
  return { passes, failures: [], interruptions: [] };
}

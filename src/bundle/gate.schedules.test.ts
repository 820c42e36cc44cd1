import { describe, expect, it } from "vitest";

import { runSchedules } from "../../test/support/gate-schedules.ts";

/** A wrong schedule is its number: runSchedules({ first: NUMBER, count: 1, looks: "all" }) lets it happen again. */
describe("a gate in a hundred thousand random schedules", () => {
  it("never opens early, and where clocks are right opens at the very look", { timeout: 300_000 }, () => {
    const { early, late, open, decisions } = runSchedules({ first: 0, count: 100_000, looks: "telling" });

    expect(early).toEqual([]);
    expect(late).toEqual([]);
    expect(open).toBeGreaterThan(100_000);
    expect(decisions - open).toBeGreaterThan(100_000);
  });
});

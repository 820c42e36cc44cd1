import { describe, expect, it } from "vitest";

import { nameHint, nearestName } from "./nearest-name.ts";

describe("nearestName", () => {
  it.each([
    ["hree", ["here", "there"], "here"],
    ["prod", ["staging", "production"], "production"],
    ["alfa", ["alpha", "beta"], "alpha"],
    ["memory-limit", ["memoryLimit", "cpuLimit"], "memoryLimit"],
    ["USERS", ["users", "admins"], "users"],
    ["x", ["alpha", "beta"], undefined],
    ["anything", [], undefined],
    ["a".repeat(1_000_000), ["alpha"], undefined],
  ])("takes %.20s for one of %j: %s", (written, candidates, expected) => {
    expect(nearestName(written, candidates)).toBe(expected);
  });
});

describe("nameHint", () => {
  it("lists what there is when nothing is near, but not everything", () => {
    const names = Array.from({ length: 12 }, (_, index) => `name-${index}`);

    expect(nameHint("zebra", ["alpha", "beta"])).toBe("known: alpha, beta");
    expect(nameHint("zebra", names)).toMatch(/, and 4 more$/);
    expect(nameHint("zebra", [])).toBeUndefined();
  });
});

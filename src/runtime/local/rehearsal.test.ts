import { describe, expect, it } from "vitest";

import { candidatePorts, rehearsalUuid } from "./rehearsal.ts";

describe("rehearsalUuid", () => {
  it("is a uuid, always the same, and of that fleet alone", () => {
    const [one, other] = ["11111111-2222-4333-8444-555555555555", "11111111-2222-4333-8444-555555555556"];

    expect(rehearsalUuid(one)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(rehearsalUuid(one)).toBe(rehearsalUuid(one));
    expect(new Set([one, rehearsalUuid(one), rehearsalUuid(other), rehearsalUuid(rehearsalUuid(one))]).size).toBe(4);
  });
});

describe("candidatePorts", () => {
  it.each([
    [[], 27_000],
    [[27_000], 27_010],
    [[27_000, 27_015], 27_030],
    [[26_991], 27_010],
    [[18_000, 27_010], 27_000],
  ])("beside %j begins with %i", (taken, first) => {
    expect(candidatePorts(new Set(taken))[0]).toBe(first);
  });

  it("ends below the ports that the kernel gives to anybody", () => {
    expect(candidatePorts(new Set()).at(-1)).toBe(31_990);
  });
});

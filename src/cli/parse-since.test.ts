import { describe, expect, it } from "vitest";

import { parseSince } from "./parse-since.ts";

const now = new Date("2026-11-21T12:00:00.000Z");

describe("a moment that is over", () => {
  it.each([
    ["90m", "2026-11-21T10:30:00.000Z"],
    ["12h", "2026-11-21T00:00:00.000Z"],
    ["7d", "2026-11-14T12:00:00.000Z"],
    ["2026-11-01", "2026-11-01T00:00:00.000Z"],
    ["2026-11-01T18:00Z", "2026-11-01T18:00:00.000Z"],
    ["2026-11-01T18:00:30.250+02:00", "2026-11-01T16:00:30.250Z"],
  ])("may be written %s", (text, moment) => {
    expect(parseSince(text, now).toISOString()).toBe(moment);
  });

  it.each(["", "yesterday", "7 d", "2026-02-30", "2026-11-01T18:00", "9999999d"])("is not written '%s'", (text) => {
    expect(() => parseSince(text, now)).toThrow("write 12h, 7d");
  });
});

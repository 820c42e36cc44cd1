import { describe, expect, it } from "vitest";

import { duration, memory, parseDuration, parseMemory } from "./quantities.ts";

describe("quantities", () => {
  it.each([
    ["512M", 512 * 1024 ** 2],
    ["2G", 2 * 1024 ** 3],
    ["1Gi", 1024 ** 3],
    ["1.5GB", 1.5 * 1024 ** 3],
    ["1GiB", 1024 ** 3],
    ["3T", 3 * 1024 ** 4],
    ["64K", 64 * 1024],
  ])("reads %s as %i bytes", (text, bytes) => {
    expect(memory.safeParse(text).success).toBe(true);
    expect(parseMemory(text)).toBe(bytes);
  });

  it.each([
    ["90s", 90],
    ["30m", 1800],
    ["1h30m", 5400],
    ["7d", 604_800],
    ["2w", 1_209_600],
    ["0s", 0],
  ])("reads %s as %i seconds", (text, seconds) => {
    expect(duration.safeParse(text).success).toBe(true);
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(["2", "2g", "-1G", "G", "1 G", "1e3M", ""])("refuses %j as memory", (text) => {
    expect(memory.safeParse(text).success).toBe(false);
  });

  it.each(["60", "1H", "-1h", "1.5h", "h", "1h 30m", ""])("refuses %j as time", (text) => {
    expect(duration.safeParse(text).success).toBe(false);
  });
});

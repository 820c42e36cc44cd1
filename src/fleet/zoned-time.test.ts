import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { isOnCalendar, isTimeZone, zonedInstant } from "./zoned-time.ts";

const at = (local: string, zone: string, edge: "start" | "end"): string =>
  new Date(zonedInstant(local, zone, edge)).toISOString();

describe("zonedInstant", () => {
  it.each([
    ["a time that clocks show once", "2026-07-01T09:00", "Europe/Berlin", "2026-07-01T07:00", "2026-07-01T07:00"],
    ["a place west of UTC", "2026-01-15T18:30", "America/Los_Angeles", "2026-01-16T02:30", "2026-01-16T02:30"],
    ["a place half an hour off", "2026-01-15T00:00", "Asia/Kolkata", "2026-01-14T18:30", "2026-01-14T18:30"],
    ["a time that clocks skip", "2026-03-29T02:30", "Europe/Berlin", "2026-03-29T00:30", "2026-03-29T01:30"],
    ["a time that they show twice", "2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30", "2026-10-25T01:30"],
    ["the first moment after a gap", "2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00", "2026-03-29T01:00"],
    ["the moment after an overlap", "2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00", "2026-10-25T02:00"],
    ["an overlap of half an hour", "2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45", "2026-04-04T15:15"],
    ["a midnight that clocks skip", "2018-11-04T00:00", "America/Sao_Paulo", "2018-11-04T02:00", "2018-11-04T03:00"],
    ["a day that a place skipped", "2011-12-30T12:00", "Pacific/Apia", "2011-12-29T22:00", "2011-12-30T22:00"],
    ["UTC", "2026-02-28T23:59", "UTC", "2026-02-28T23:59", "2026-02-28T23:59"],
  ])("reads %s", (_, local, zone, start, end) => {
    expect([at(local, zone, "start"), at(local, zone, "end")]).toEqual([`${start}:00.000Z`, `${end}:00.000Z`]);
  });

  it("takes a date as its first moment, and as an end the first moment of the next day", () => {
    expect(at("2026-12-24", "Europe/Berlin", "start")).toBe("2026-12-23T23:00:00.000Z");
    expect(at("2026-12-24", "Europe/Berlin", "end")).toBe("2026-12-24T23:00:00.000Z");
    expect(at("2026-03-29", "Europe/Berlin", "end")).toBe("2026-03-29T22:00:00.000Z");
    expect(at("2026-12-31", "UTC", "end")).toBe("2027-01-01T00:00:00.000Z");
  });

  it("never makes a window shorter than the clocks of the place show it", () => {
    const minutes = fc.integer({ min: Date.UTC(2000, 0, 2) / 60_000, max: Date.UTC(2050, 0, 1) / 60_000 });
    const zones = fc.constantFrom("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC");
    fc.assert(
      fc.property(minutes, zones, (minute, zone) => {
        const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
        const local = shown.format(minute * 60_000).replace(" ", "T");

        expect(zonedInstant(local, zone, "start")).toBeLessThanOrEqual(minute * 60_000);
        expect(zonedInstant(local, zone, "end")).toBeGreaterThanOrEqual(minute * 60_000);
      }),
      { numRuns: 1000 },
    );
  });
});

it("knows the calendar and the places", () => {
  expect(["2028-02-29", "2026-12-31T23:59"].every(isOnCalendar)).toBe(true);
  expect(
    ["2026-02-29", "2026-13-01", "2026-04-31T10:00", "2026-01-01T24:00", "2026-01-01T10:60"].some(isOnCalendar),
  ).toBe(false);
  expect([isTimeZone("Europe/Berlin"), isTimeZone("UTC"), isTimeZone("Europe/Berlim")]).toEqual([true, true, false]);
});

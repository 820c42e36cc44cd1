import { describe, expect, it } from "vitest";

import { anObservation, clockOf, day, hour, minute, start, theParts, watched } from "../../test/support/a-gate.ts";
import { coverage } from "./coverage.ts";
import type { Observation, Parts } from "./gate-evidence.ts";
import { indexEvidence } from "./index-evidence.ts";
import { partObservations } from "./vouching.ts";

const late = start + 365 * day;

describe("the time that observations cover", () => {
  it.each([
    ["nothing without any", [], 0],
    ["nothing by one look", [anObservation()], 0],
    ["what lies between two", watched(start, start + hour), hour],
    ["all of it up to the distance that is allowed", watched(start, start + 5 * hour), 5 * hour],
    [
      "nothing where they are a millisecond further apart",
      watched(start, start + 2 * (hour + 1), { every: hour + 1 }),
      0,
    ],
    [
      "the parts before and after a gap",
      [...watched(start, start + 2 * hour), ...watched(start + 5 * hour, start + 6 * hour)],
      3 * hour,
    ],
    [
      "nothing twice",
      [...watched(start, start + 2 * hour), ...watched(start, start + 2 * hour, { every: 30 * minute })],
      2 * hour,
    ],
    [
      "nothing across a new deployment",
      [...watched(start, start + 2 * hour), ...watched(start + 3 * hour, start + 4 * hour, { deployment: "d2" })],
      3 * hour,
    ],
    ["what one record says of many looks", [span(start, start + day, 300)], day],
    [
      "nothing twice of spans that overlap",
      [span(start, start + day, 300), span(start + hour, start + 2 * day, 300)],
      2 * day,
    ],
    ["nothing of many looks that were too far apart", [span(start, start + day, 3601)], 0],
    [
      "a span and the look after it",
      [span(start, start + day, 300), anObservation({ at: start + day + hour })],
      day + hour,
    ],
    ["nothing of what is dated later than now", watched(late + 1, late + day), 0],
  ])("is %s", (_, observations, milliseconds) => {
    expect(covered(observations)).toBe(milliseconds);
  });

  it.each(["unknown", "error", "timeout", "skipped"] as const)("gains nothing by a look that ends as %s", (verdict) => {
    expect(covered([anObservation(), anObservation({ at: start + hour, verdict })])).toBe(0);
    expect(covered(watched(start, start + 10 * hour, { verdict }))).toBe(0);
  });

  it.each(["experiment", "pinned", "held", "draft"] as const)("gains nothing by a hub that is %s", (standing) => {
    expect(covered(watched(start, start + day, { standing }))).toBe(0);
  });

  it("gains nothing by a hub of another stage", () => {
    expect(covered(watched(start, start + day, { stage: "canary" }))).toBe(0);
  });

  it("begins again after a failure, at the first look that is later", () => {
    const failure = anObservation({ at: start + 2 * hour, verdict: "failed" });

    expect(covered([...watched(start, start + 5 * hour), failure])).toBe(2 * hour);
    expect(covered([...watched(start, start + hour), failure])).toBe(0);
  });

  it("goes on as if nothing had been when a failure is marked as not the bundle's fault", () => {
    const failure = anObservation({ id: "f", at: start + 2.5 * hour, verdict: "failed" });
    const mark = {
      kind: "mark",
      id: "m",
      of: "f",
      at: start + day,
      sequence: 1,
      person: "ada",
      reason: "power",
    } as const;

    expect(covered([...watched(start, start + 5 * hour), failure, mark])).toBe(5 * hour);
    expect(covered([...watched(start, start + 5 * hour), failure, { ...mark, at: late + 1 }])).toBe(2 * hour);
  });

  it("does not count what a mark takes out", () => {
    const [first, ...others] = watched(start, start + 2 * hour);
    const mark = {
      kind: "mark",
      id: "m",
      of: first?.id ?? "",
      at: late + day,
      sequence: 1,
      person: "ada",
      reason: "test",
    } as const;

    expect(covered([...(first === undefined ? [] : [first]), ...others, mark])).toBe(hour);
  });
});

describe("parts soak by themselves", () => {
  const fixed: Parts = { ...theParts, "image/lab": "lab-2" };
  const before = watched(start, start + 3 * day);
  const after = watched(start + 3 * day + hour, start + 4 * day, { deployment: "d2", parts: fixed });

  it("an unchanged part keeps its time, a changed one begins", () => {
    expect(covered([...before, ...after], { part: "settings", parts: fixed })).toBe(3 * day + 23 * hour);
    expect(covered([...before, ...after], { part: "image/lab", parts: fixed })).toBe(23 * hour);
  });

  it("a failure before a fix is set down to what was fixed", () => {
    const failure = anObservation({ at: start + 3 * day + 1, verdict: "failed" });

    expect(covered([...before, failure, ...after], { part: "settings", parts: fixed })).toBe(3 * day + 23 * hour);
    expect(covered([...before, failure, ...after], { part: "settings", parts: theParts })).toBe(23 * hour);
  });

  it("unless it names the part at fault", () => {
    const failure = anObservation({ at: start + 3 * day + 1, verdict: "failed", blames: ["settings"] });

    expect(covered([...before, failure, ...after], { part: "settings", parts: fixed })).toBe(23 * hour);
    expect(covered([...before, failure, ...after], { part: "image/hub", parts: fixed })).toBe(3 * day + 23 * hour);
  });

  it("and a span of looks that has such a failure in it is as good as its last look", () => {
    const failure = anObservation({ at: start + hour, verdict: "failed" });
    const looks = [
      span(start, start + day, 300),
      ...watched(start + 25 * hour, start + 26 * hour, { deployment: "d2", parts: fixed }),
    ];

    expect(covered(looks, { part: "settings", parts: fixed })).toBe(25 * hour);
    expect(covered([...looks, failure], { part: "settings", parts: fixed })).toBe(hour);
  });

  it("but time across such a failure is not covered", () => {
    const failure = anObservation({ at: start + 90 * minute, verdict: "failed" });

    expect(covered([...before, failure, ...after], { part: "settings", parts: fixed })).toBe(3 * day + 22 * hour);
  });
});

describe("clocks", () => {
  it("gain nothing when a machine's clock is set forward, in small steps or large ones", () => {
    const looks = watched(start, start + 3 * hour).map((look, index) => ({
      ...look,
      clock: clockOf(start + index * 10 * minute),
    }));

    expect(covered(looks)).toBe(30 * minute);
  });

  it("lose nothing when it is set back", () => {
    const looks = watched(start, start + 3 * hour).map((look, index) => ({
      ...look,
      id: `${index}`,
      at: start + index * minute - (index > 1 ? day : 0),
      clock: clockOf(look.at),
    }));

    expect(covered(looks)).toBe(3 * hour);
  });

  it("gain nothing from two machines whose clocks differ", () => {
    const one = watched(start, start + 4 * hour).map((look) => ({ ...look, clock: clockOf(look.at, "one") }));
    const other = watched(start + 4 * hour, start + 8 * hour).map((look) => ({
      ...look,
      clock: clockOf(look.at - 4 * hour, "other"),
    }));

    expect(covered([...one, ...other])).toBe(4 * hour);
  });

  it("go on after a machine started again, less the time in between", () => {
    const one = watched(start, start + 4 * hour).map((look) => ({ ...look, clock: clockOf(look.at) }));
    const other = watched(start + 5 * hour, start + 8 * hour).map((look) => ({
      ...look,
      clock: clockOf(look.at, "server", "2"),
    }));

    expect(covered([...one, ...other])).toBe(7 * hour);
  });

  it("do not place a failure that another machine saw before looks that were recorded earlier", () => {
    const looks = watched(start, start + 4 * hour).map((look) => ({ ...look, clock: clockOf(look.at) }));
    const failure = anObservation({
      at: start - day,
      sequence: start + 3 * hour + 1,
      verdict: "failed",
      clock: clockOf(start - day, "behind"),
    });

    expect(covered([...looks, failure])).toBe(0);
    expect(
      covered([
        ...looks,
        ...watched(start + 5 * hour, start + 6 * hour).map((look) => ({ ...look, clock: clockOf(look.at) })),
        failure,
      ]),
    ).toBe(2 * hour);
  });

  it("take a look at the second of a failure for no later one", () => {
    const looks = watched(start, start + 2 * hour).map((look) => ({ ...look, clock: clockOf(look.at) }));
    const failure = anObservation({ at: start, verdict: "failed", clock: clockOf(start) });

    expect(covered([...looks, failure])).toBe(hour);
  });

  it("believe no span of looks that may reach back behind a failure that another machine saw", () => {
    const looks = {
      ...span(start, start + day, 300),
      clock: clockOf(start + day),
      first: { at: start, clock: clockOf(start) },
    };
    const failure = anObservation({
      at: start - day,
      sequence: start,
      verdict: "failed",
      clock: clockOf(start, "other"),
    });

    expect(covered([looks])).toBe(day);
    expect(covered([looks, failure])).toBe(0);
  });

  it("count nothing before a failure that another machine saw and a fix answered, and everything after it", () => {
    const fixed = { ...theParts, "image/lab": "lab-2" };
    const named = (look: Observation): Observation => ({ ...look, clock: clockOf(look.at) });
    const before = watched(start, start + 4 * hour).map(named);
    const after = watched(start + 5 * hour, start + 6 * hour, { deployment: "d2", parts: fixed }).map(named);
    const at = start + 2.5 * hour;
    const failure = anObservation({ at, verdict: "failed", clock: clockOf(at, "other") });

    expect(covered([...before, ...after], { part: "settings", parts: fixed })).toBe(5 * hour);
    expect(covered([...before, failure, ...after], { part: "settings", parts: fixed })).toBe(2 * hour);
  });
});

function span(from: number, to: number, longestGapSeconds: number): Observation {
  return anObservation({ at: to, first: { at: from }, longestGapSeconds });
}

function covered(
  records: Parameters<typeof indexEvidence>[0],
  { part = "settings", parts = theParts }: { readonly part?: string; readonly parts?: Parts } = {},
): number {
  const evidence = indexEvidence(records);
  return coverage(partObservations("try", part, { stage: "testing", bundleParts: parts, evidence, now: late }), 3600);
}

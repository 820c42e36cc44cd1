import { describe, expect, it } from "vitest";

import { fleetUuid } from "../../../test/support/evidence-files.ts";
import { appendRecords, readRecords } from "../../evidence/read-records.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import { type Effort, sumEffort } from "./effort.ts";

const start = Date.parse("2026-10-01T08:00:00.000Z");
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const digest = `sha256:${"a".repeat(64)}`;

function draft(id: string, after: number, said: Partial<RecordDraft>): RecordDraft {
  const clock = { kind: "service" as const, service: "ci" };
  const at = { time: new Date(start + after).toISOString(), clock };
  return {
    fleet: fleetUuid,
    at,
    who: { id, known: id === "ci" ? "ci" : "claimed" },
    subject: {},
    ...said,
  } as RecordDraft; // each is whole by its kind
}

const seen = (after: number, verdict: "passed" | "failed"): RecordDraft =>
  draft("ci", after, {
    kind: "observation",
    subject: { hub: "alpha", stage: "production" },
    body: { verdict, standing: "stage", deployment: "d" },
  });
const place = { bundle: digest, stage: "production" };

function effortOf(drafts: readonly RecordDraft[], { since = start, until = start + 30 * day } = {}): Effort {
  const files = new Map(appendRecords([], drafts).map(({ path, text }) => [path, text] as const));
  const records = [...readRecords(files).records.values()];
  const bundles = new Map([[digest, { id: "2026.10.01-aaaaaaaa", madeAt: start - 2 * day }]]);
  return sumEffort({ records, bundles, since, until });
}

describe("what operating took", () => {
  it("counts who did what, people first, and looks at hubs by nobody", () => {
    const { deeds, doers } = effortOf([
      draft("ci", 0, { kind: "promotion", subject: place, body: { how: "gate", restsOn: [] } }),
      draft("grace", 1, { kind: "sign-off", subject: place, body: {} }),
      draft("ada", 2, {
        kind: "hold",
        subject: { hub: "alpha" },
        body: { reason: "x", until: "2026-10-02T00:00:00.000Z" },
      }),
      draft("ada", 3, { kind: "resume", subject: { hub: "alpha" }, body: {} }),
      seen(4, "passed"),
    ]);

    expect(doers).toEqual(["ada", "grace", "ci"]);
    expect(deeds).toEqual([
      { deed: "let a bundle into a stage", count: 1, by: { ci: 1 } },
      { deed: "said yes", count: 1, by: { grace: 1 } },
      { deed: "held a hub or stage", count: 1, by: { ada: 1 } },
      { deed: "ended a hold", count: 1, by: { ada: 1 } },
    ]);
  });

  it("puts what is at most half an hour apart into one sitting, and says no more than is known of its length", () => {
    const moments = [0, 30 * minute, 55 * minute, 2 * hour, 25 * hour];
    const { people } = effortOf(
      moments.map((at) => draft("ada", at, { kind: "sign-off", subject: place, body: { reason: `${at}` } })),
    );

    expect(people).toMatchObject([{ id: "ada", days: 2, sittings: 3, atLeastMilliseconds: 55 * minute }]);
  });

  it("adds what people wrote down, which is no sitting", () => {
    const { people } = effortOf([draft("ada", hour, { kind: "spent", body: { minutes: 180, on: "the meeting" } })]);

    expect(people).toMatchObject([{ id: "ada", sittings: 0, days: 0, writtenMinutes: 180 }]);
    expect(people[0]?.written).toEqual([{ at: start + hour, minutes: 180, on: "the meeting" }]);
  });

  it("tells how long things took, with those that are not over", () => {
    const { waits } = effortOf([
      draft("ci", 0, { kind: "asked", subject: place, body: { role: "approver" } }),
      seen(hour, "failed"),
      seen(2 * hour, "failed"),
      seen(3 * hour, "passed"),
      draft("grace", 5 * hour, { kind: "sign-off", subject: place, body: {} }),
      draft("ada", 6 * hour, { kind: "promotion", subject: place, body: { how: "gate", restsOn: [] } }),
      draft("ada", 7 * hour, { kind: "break-glass", subject: place, body: { reason: "now" } }),
      seen(29 * day, "failed"),
    ]);

    expect(Object.fromEntries(waits.map(({ what, ...rest }) => [what, rest]))).toEqual({
      "from a bundle to its entry into stage production": once(2 * day + 6 * hour),
      "people who were asked for stage production": once(5 * hour),
      "a second person after broken glass": { ...once(30 * day - 7 * hour), open: 1 },
      "hub/alpha was not well": {
        times: 2,
        medianMilliseconds: 2 * hour,
        longestMilliseconds: day,
        totalMilliseconds: day + 2 * hour,
        open: 1,
      },
    });
  });

  it("takes of a hold, and of a hub that is not well, what lies in the time", () => {
    const until = new Date(start + 10 * day).toISOString();
    const records = [
      seen(0, "failed"),
      draft("ada", 0, { kind: "hold", subject: { stage: "production" }, body: { reason: "exams", until } }),
      seen(5 * day, "passed"),
    ];

    const { waits, records: count } = effortOf(records, { since: start + 4 * day, until: start + 8 * day });

    expect(count).toBe(1);
    expect(waits).toEqual([
      { what: "hub/alpha was not well", ...once(day) },
      { what: "stage/production was held", ...once(4 * day), open: 1 },
    ]);
  });
});

function once(milliseconds: number): object {
  return {
    times: 1,
    medianMilliseconds: milliseconds,
    longestMilliseconds: milliseconds,
    totalMilliseconds: milliseconds,
    open: 0,
  };
}

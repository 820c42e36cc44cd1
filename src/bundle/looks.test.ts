import { describe, expect, it } from "vitest";

import { day, hour, minute, start, theParts } from "../../test/support/a-gate.ts";
import { aLook, atMoment, atService } from "../../test/support/a-look.ts";
import type { RecordDraft } from "../evidence/record.ts";
import { parseRecord, writeRecord } from "../evidence/record.ts";
import {
  addLook,
  failuresIn,
  flushLooks,
  type Look,
  type LooksDraft,
  noLooks,
  toObservations,
  useSince,
} from "./looks.ts";

const policy = { heartbeatSeconds: 24 * 3600, observeEverySeconds: 3600 };

describe("what is recorded of looks", () => {
  it("is the first, and then nothing while they say the same", () => {
    const { drafts } = look([aLook(0), aLook(10 * minute), aLook(20 * minute)]);

    expect(drafts.map(({ observation }) => observation)).toEqual([
      {
        kind: "observation",
        at: atMoment(start),
        subject: { bundle: "sha256:b1", stage: "testing", hub: "try", parts: theParts },
        body: { verdict: "passed", standing: "stage", deployment: "2026.11.21-b1@2026-11-21T12:00:00.000Z" },
      },
    ]);
  });

  it.each<[string, Partial<Look>]>([
    ["verdict", { verdict: "failed", reason: "no process of it runs" }],
    ["verdict that comes to nothing", { verdict: "unknown" }],
    ["set of parts", { parts: { ...theParts, settings: "settings-2" } }],
    ["deployment", { deployment: "2026.11.21-b1@2026-11-21T14:00:00.000Z" }],
    ["standing", { standing: "held" }],
    ["stage", { stage: "canary" }],
    ["bundle", { bundle: undefined }],
  ])("is what waited, and the look, at another %s", (_, changes) => {
    const { drafts, pending } = look([aLook(0), aLook(10 * minute), aLook(30 * minute), aLook(40 * minute, changes)]);

    expect(spansOf(drafts)).toEqual([
      { at: 0 },
      { first: 10, at: 30, longestGapSeconds: 1200 },
      { at: 40, ...(changes.verdict === undefined ? {} : { verdict: changes.verdict }) },
    ]);
    expect(flushLooks(pending).drafts).toEqual([]);
  });

  it.each<[string, Partial<Look>]>([
    ["start of the machine", { at: atMoment(start + 40 * minute, "2") }],
    ["clock", { at: atService(start + 40 * minute) }],
    [
      "date that was set back",
      { at: { ...atMoment(start + 40 * minute), time: new Date(start + 29 * minute).toISOString() } },
    ],
    ["count of failures on the state", { failuresBefore: 1 }],
    ["look too far away", { at: atMoment(start + 30 * minute + hour + 1) }],
  ])("is what waited, in a record of its own, at another %s", (_, changes) => {
    const { drafts, pending } = look([aLook(0), aLook(10 * minute), aLook(30 * minute), aLook(40 * minute, changes)]);

    expect(spansOf(drafts)).toEqual([{ at: 0 }, { first: 10, at: 30, longestGapSeconds: 1200 }]);
    expect(flushLooks(pending).drafts[0]?.observation.body.first).toBeUndefined();
    expect(flushLooks(pending).drafts).toHaveLength(1);
  });

  it("is what waits, once a day, and a hub that stays unwell likewise", () => {
    for (const verdict of ["passed", "failed", "unknown"] as const) {
      const { drafts, pending } = look(everyHalfHour(3 * day).map((at) => aLook(at, { verdict })));

      expect(drafts).toHaveLength(1 + 3);
      expect(drafts.slice(1).map(({ observation: { at, body } }) => [minutes(body.first ?? at), minutes(at)])).toEqual([
        [30, 1440],
        [1470, 2880],
        [2910, 4320],
      ]);
      expect(flushLooks(pending).drafts).toEqual([]);
    }
  });

  it("is what waits, whenever it is taken, and only of the hubs that are named", () => {
    const { pending } = look([
      aLook(0),
      aLook(0, { hub: "too" }),
      aLook(minute),
      aLook(2 * minute),
      aLook(minute, { hub: "too" }),
    ]);

    const taken = flushLooks(pending, new Set(["try"]));

    expect(taken.drafts.map(({ observation }) => observation.subject.hub)).toEqual(["try"]);
    expect(spansOf(taken.drafts)).toEqual([{ first: 1, at: 2, longestGapSeconds: 60 }]);
    expect(flushLooks(taken.pending).drafts.map(({ observation }) => observation.subject.hub)).toEqual(["too"]);
    expect(addLook(taken.pending, aLook(3 * minute), policy).drafts).toEqual([]);
  });

  it("never says that looks were closer than they were", () => {
    const { pending } = look([aLook(0), aLook(minute), aLook(minute + 1), aLook(minute + 30_002), aLook(2 * minute)]);

    expect(spansOf(flushLooks(pending).drafts)).toEqual([{ first: 1, at: 2, longestGapSeconds: 31 }]);
  });

  it("is a record as the state takes it", () => {
    const { drafts, pending } = look([
      aLook(0),
      aLook(minute),
      aLook(2 * minute, { exposure: use(0) }),
      aLook(3 * minute, { bundle: undefined }),
    ]);
    for (const { observation } of [...drafts, ...flushLooks(pending).drafts]) {
      const who = { id: "unnamed", known: "claimed" } as const;
      const draft: RecordDraft = { ...observation, fleet: "6ba7b810-9dad-41d1-80b4-00c04fd430c8", who };
      const { path, text, record } = writeRecord(draft, []);

      expect(parseRecord(path, text).record).toEqual(record);
    }
    expect(drafts).toHaveLength(3);
  });
});

describe("passes that waited while somebody recorded a failure", () => {
  const { drafts } = look([
    aLook(0),
    aLook(minute),
    aLook(2 * minute),
    aLook(3 * minute, { verdict: "failed", reason: "no process of it runs" }),
  ]);

  it("are not recorded after it", () => {
    expect(toObservations(drafts, () => 0).map(({ at }) => minutes(at))).toEqual([0, 2, 3]);
    expect(toObservations(drafts, () => 1).map(({ at }) => minutes(at))).toEqual([3]);
    expect(toObservations(drafts, (hub) => (hub === "try" ? 0 : 1))).toHaveLength(3);
  });

  it("which is told by counting the failures of their hub", () => {
    const records = toObservations(drafts, () => 0).map((observation) => ({
      record: writeRecord(
        { ...observation, fleet: "6ba7b810-9dad-41d1-80b4-00c04fd430c8", who: { id: "ci", known: "ci" } },
        [],
      ).record,
    }));

    expect(["try", "too"].map(failuresIn(records))).toEqual([1, 0]);
    expect(failuresIn(records.slice(0, 2))("try")).toBe(0);
  });
});

describe("use", () => {
  it("is counted from the first of the looks that a look goes on with", () => {
    const { pending } = look([aLook(0, { verdict: "failed" }), aLook(10 * minute), aLook(20 * minute)]);

    expect(useSince(pending, aLook(30 * minute))).toBe(new Date(start + 10 * minute).toISOString());
    expect(useSince(flushLooks(pending).pending, aLook(30 * minute))).toBe(new Date(start + 10 * minute).toISOString());
    expect(useSince(pending, aLook(30 * minute, { verdict: "failed" }))).toBeUndefined();
    expect(useSince(pending, aLook(30 * minute, { deployment: "d2" }))).toBeUndefined();
    expect(useSince(pending, aLook(30 * minute, { hub: "too" }))).toBeUndefined();
    expect(useSince(noLooks, aLook(30 * minute))).toBeUndefined();
  });

  it.each([
    ["of windows that follow each other is added up", [use(0, 1), use(20, 2)], use(0, 3, 2)],
    ["of windows that begin together is that of the larger", [use(0, 1), use(0, 4)], use(0, 4)],
    ["of one window is kept by looks without any", [use(0, 2), undefined], use(0, 2)],
    ["of a window that ends before it begins is none", [use(0, 2), use(99, 9)], use(0, 2)],
  ])("%s", (_, [one, other], both) => {
    const { pending } = look([
      aLook(0),
      aLook(20 * minute, { exposure: one }),
      aLook(40 * minute, { exposure: other }),
    ]);

    expect(flushLooks(pending).drafts[0]?.observation.body.exposure).toEqual(both);
  });
});

function look(looks: readonly Look[]): { pending: typeof noLooks; drafts: readonly LooksDraft[] } {
  let [pending, drafts]: [typeof noLooks, readonly LooksDraft[]] = [noLooks, []];
  for (const one of looks) {
    const added = addLook(pending, one, policy);
    [pending, drafts] = [added.pending, [...drafts, ...added.drafts]];
  }
  return { pending, drafts };
}

function spansOf(drafts: readonly LooksDraft[]): readonly unknown[] {
  return drafts.map(({ observation: { at, body } }) => ({
    at: minutes(at),
    ...(body.first === undefined ? {} : { first: minutes(body.first), longestGapSeconds: body.longestGapSeconds }),
    ...(body.verdict === "passed" ? {} : { verdict: body.verdict }),
  }));
}

function minutes({ time }: { readonly time: string }): number {
  return (Date.parse(time) - start) / minute;
}

function everyHalfHour(until: number): readonly number[] {
  return Array.from({ length: until / (hour / 2) + 1 }, (_, index) => (index * hour) / 2);
}

function use(since: number, count = 1, users = count): NonNullable<Look["exposure"]> {
  return {
    since: new Date(start + since * minute).toISOString(),
    spawns: count,
    users,
    daskClusters: count,
  };
}

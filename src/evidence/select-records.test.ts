import { describe, expect, it } from "vitest";

import { aLine, anObservation, filesOf } from "../../test/support/evidence-files.ts";
import { readRecords } from "./read-records.ts";
import type { RecordDraft } from "./record.ts";
import { findRecord, selectRecords } from "./select-records.ts";

const bundle = { digest: "sha256:b", parts: { "image/lab": "lab-2", settings: "settings-1" } };

function signOff(index: number, parts: Readonly<Record<string, string>>): RecordDraft {
  return anObservation(index, { kind: "sign-off", subject: { stage: "production", parts }, body: {} });
}

const line = aLine([
  anObservation(0),
  anObservation(1, { subject: { hub: "campus", stage: "testing", bundle: "sha256:b" } }),
  anObservation(2, { subject: { hub: "research", stage: "testing", bundle: "sha256:a" } }),
  signOff(3, { "image/lab": "lab-2" }),
  signOff(4, { "image/lab": "lab-1" }),
]);
const [, , , approval] = line;
const marked = aLine(
  [anObservation(5, { kind: "withdrawal", subject: {}, body: { of: approval?.name ?? "" } })],
  [line.at(-1)?.name ?? ""],
);
const all = [...line, ...marked];
const { records } = readRecords(filesOf(all));

describe("records", () => {
  const cases = [
    { chosen: "all, the newest first", filter: {}, indexes: [5, 4, 3, 2, 1, 0] },
    { chosen: "those of a hub", filter: { hub: "campus" }, indexes: [1, 0] },
    { chosen: "those of a stage", filter: { stage: "production" }, indexes: [4, 3] },
    { chosen: "those of kinds", filter: { kinds: ["withdrawal", "sign-off"] as const }, indexes: [5, 4, 3] },
    {
      chosen: "those since a moment, with it",
      filter: { since: new Date(Date.UTC(2026, 10, 1, 0, 4)) },
      indexes: [5, 4],
    },
    {
      chosen: "those that name a bundle, are about its parts alone, or about one of these",
      filter: { bundle },
      indexes: [5, 3, 1],
    },
    { chosen: "those that are all of it", filter: { stage: "testing", hub: "research" }, indexes: [2] },
  ];

  it.each(cases)("are chosen: $chosen", ({ filter, indexes }) => {
    const names = selectRecords(records, filter).map(({ name }) => name);

    expect(names.map((name) => all.findIndex((one) => one.name === name))).toEqual(indexes);
  });

  it("are found by the beginning of their name, however it is written", () => {
    const name = all[2]?.name ?? "";

    expect(findRecord(records, name.slice(0, 12).toUpperCase()).name).toBe(name);
  });

  it("are not found by a beginning that none has, that several have, or that is empty", () => {
    const several = readRecords(filesOf(aLine(Array.from({ length: 20 }, (_, index) => anObservation(index))))).records;

    expect(() => findRecord(records, "zz")).toThrow(expect.objectContaining({ code: "RECORD_UNKNOWN" }) as Error);
    expect(() => findRecord(records, "")).toThrow(expect.objectContaining({ code: "RECORD_UNKNOWN" }) as Error);
    const shared = "0123456789abcdef".split("").find((digit) => {
      return [...several.keys()].filter((name) => name.startsWith(digit)).length > 1;
    });
    expect(() => findRecord(several, shared ?? "")).toThrow(
      expect.objectContaining({ code: "RECORD_AMBIGUOUS" }) as Error,
    );
  });
});

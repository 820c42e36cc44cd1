import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { aLine, anObservation, filesOf } from "../../test/support/evidence-files.ts";
import { canonicalJson } from "./canonical-json.ts";
import { inTotoStatement } from "./in-toto.ts";
import { readRecords } from "./read-records.ts";

const [bundle, lab] = ["b", "1"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string]; // two of two
const line = aLine([
  anObservation(0, { subject: { stage: "testing", bundle, parts: { "image/lab": lab, odd: "not a digest" } } }),
  anObservation(1, { kind: "resume", subject: { hub: "campus" }, body: {} }),
]);
const records = [...readRecords(filesOf(line)).records.values()];

describe("a record as a statement of in-toto", () => {
  it("is about the bundle and the parts, by digest", () => {
    const [first] = records.map((record) => inTotoStatement(record, new Map([[bundle, "2026.11.01-bbbbbbbb"]])));

    expect(first).toMatchObject({
      _type: "https://in-toto.io/Statement/v1",
      subject: [
        { name: "bundle/2026.11.01-bbbbbbbb", digest: { sha256: "b".repeat(64) } },
        { name: "image/lab", digest: { sha256: "1".repeat(64) } },
      ],
      predicateType: "hubfleet:evidence/v1",
    });
  });

  it("is about the record itself where it is about no bundle", () => {
    const [, second] = records.map((record) => inTotoStatement(record, new Map()));

    expect(second?.subject).toEqual([{ name: line[1]?.path, digest: { sha256: line[1]?.name } }]);
  });

  it("holds the record, so that whoever has the statement can recompute its name", () => {
    for (const record of records) {
      const { predicate } = JSON.parse(JSON.stringify(inTotoStatement(record, new Map()))) as {
        predicate: { name: string; record: unknown };
      };

      const bytes = `${canonicalJson(predicate.record)}\n`;
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(predicate.name);
    }
  });
});

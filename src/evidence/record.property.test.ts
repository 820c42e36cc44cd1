import { createHash } from "node:crypto";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { canonicalJson } from "./canonical-json.ts";
import { appendRecords, readRecords } from "./read-records.ts";
import { parseRecord, type RecordDraft, recordPath, writeRecord } from "./record.ts";

const fleet = "0f0e1d9c-6f0e-4a51-9d5f-0d6c2b0a7c11";
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
/** As the name of a part, `__proto__` is left out by Zod; none is called that. */
const text = fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" }).filter((one) => one !== "__proto__");
const name = fc.stringMatching(/^[0-9a-f]{64}$/);
const time = fc
  .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const clock = fc.oneof(
  fc.record({
    kind: fc.constant("machine" as const),
    machine: word,
    boot: word,
    seconds: fc.double({ min: 0, max: 1e9, noNaN: true }),
  }),
  fc.record({ kind: fc.constant("service" as const), service: word }),
);
const rest = {
  fleet: fc.constant(fleet),
  at: fc.record({ time, clock }),
  who: fc.record({ id: word, known: fc.constantFrom("ci" as const, "claimed" as const) }),
  subject: fc.record(
    { bundle: word, stage: word, hub: word, parts: fc.dictionary(text, text, { maxKeys: 3 }) },
    { requiredKeys: [] },
  ),
};
const verdict = fc.constantFrom("passed" as const, "failed" as const, "unknown" as const, "timeout" as const);
const draft: fc.Arbitrary<RecordDraft> = fc.oneof(
  fc.record({
    ...rest,
    kind: fc.constant("check" as const),
    body: fc.record({ check: text, verdict, summary: text }, { requiredKeys: ["check", "verdict"] }),
  }),
  fc.record({ ...rest, kind: fc.constant("objection" as const), body: fc.record({ reason: text }) }),
  fc.record({ ...rest, kind: fc.constant("mark" as const), body: fc.record({ of: name, reason: text }) }),
  fc.record({
    ...rest,
    kind: fc.constant("sign-off" as const),
    body: fc.record({ reason: text }, { requiredKeys: [] }),
  }),
);

describe("a record", () => {
  it("reads as it was written, under the digest of its bytes", () => {
    fc.assert(
      fc.property(draft, fc.array(name, { maxLength: 3 }), (one, parents) => {
        const written = writeRecord(one, parents);

        expect(parseRecord(written.path, written.text)).toEqual(written);
        expect(written.path).toBe(`evidence/${written.name.slice(0, 2)}/${written.name}.json`);
        expect(written.record).toEqual({ ...one, version: 1, parents: [...new Set(parents)].sort() });
        expect(writeRecord(one, [...parents, ...parents].reverse())).toEqual(written);
      }),
      { numRuns: 500 },
    );
  });

  it("is not read with any byte changed, added or taken away", () => {
    fc.assert(
      fc.property(draft, fc.nat(), fc.nat(255), fc.constantFrom("change", "add", "take"), (one, place, byte, how) => {
        const { path, text: whole } = writeRecord(one, []);
        const bytes = [...Buffer.from(whole)];
        const at = place % bytes.length;
        fc.pre(how !== "change" || bytes[at] !== byte);
        bytes.splice(at, how === "add" ? 0 : 1, ...(how === "take" ? [] : [byte]));
        const damaged = Buffer.from(bytes).toString("utf8");

        expect(() => parseRecord(path, damaged)).toThrow("is no evidence");
      }),
      { numRuns: 2000 },
    );
  });

  it("has one way of being written, also by somebody who names it rightly", () => {
    fc.assert(
      fc.property(draft, (one) => {
        const { record, text: whole } = writeRecord(one, []);
        const otherwise = `${JSON.stringify(record, undefined, 1)}\n`;
        const twice = whole.replace("{", `{"version":1,`);

        for (const forged of [otherwise, whole.trimEnd(), twice]) {
          expect(() => parseRecord(recordPath(sha256(forged)), forged)).toThrow("is no evidence");
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("records together", () => {
  const rounds = fc.array(
    fc.record({ writers: fc.array(fc.array(draft, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }) }),
    {
      minLength: 1,
      maxLength: 5,
    },
  );

  it("are read alike in any order, unite without rewriting, and know what they followed", () => {
    fc.assert(
      fc.property(rounds, fc.integer(), (list, seed) => {
        const files = new Map<string, string>();
        for (const { writers } of list) {
          // All writers of a round saw the same, and none of the others.
          const { heads, records } = readRecords(files);
          const written = writers.flatMap((drafts) => appendRecords(heads, drafts));
          for (const { path, text: whole } of written) files.set(path, whole);
          const after = readRecords(files);
          const highest = Math.max(-1, ...[...records.values()].map(({ sequence }) => sequence));
          const made = written.filter(({ name: own }) => !records.has(own));
          const places = made.map(({ name: own }) => after.records.get(own)?.sequence ?? -1);
          expect(places.every((sequence) => sequence > highest)).toBe(true);
          for (const [known, { sequence }] of records) expect(after.records.get(known)?.sequence).toBe(sequence);
        }

        const inOrder = readRecords(files);
        const shuffled = [...files].sort(([one], [other]) => hash(one, seed) - hash(other, seed));
        const again = readRecords(new Map(shuffled));

        expect([...again.records]).toEqual([...inOrder.records]);
        expect(again.heads).toEqual(inOrder.heads);
        expect(inOrder).toMatchObject({ missing: [], problems: [] });
        expect(inOrder.records.size).toBe(files.size);
        const order = [...inOrder.records.keys()];
        for (const [own, { record }] of inOrder.records) {
          for (const parent of record.parents) expect(order.indexOf(parent)).toBeLessThan(order.indexOf(own));
        }
      }),
      { numRuns: 150 },
    );
  });
});

it("writes JSON the same whatever the order of keys, and nothing that JSON cannot say", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      fc.pre(JSON.stringify(value).isWellFormed());
      const json = canonicalJson(value);

      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(json))).toBe(json);
      expect(canonicalJson(backwards(value))).toBe(json);
    }),
    { numRuns: 500 },
  );
  for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, () => 1, "\ud800", { a: undefined }, 1n]) {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  }
});

function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, backwards(inner)]),
  );
}

function sha256(whole: string): string {
  return createHash("sha256").update(whole).digest("hex");
}

function hash(path: string, seed: number): number {
  return createHash("sha256").update(`${seed}${path}`).digest().readUInt32BE();
}

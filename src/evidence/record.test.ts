import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { canonicalJson } from "./canonical-json.ts";
import { readRecords } from "./read-records.ts";
import { parseRecord, type RecordDraft, recordPath, writeRecord } from "./record.ts";

const signOff: RecordDraft = {
  kind: "sign-off",
  fleet: "0f0e1d9c-6f0e-4a51-9d5f-0d6c2b0a7c11",
  at: { time: "2026-11-21T09:00:00.000Z", clock: { kind: "machine", machine: "m1", boot: "b1", seconds: 12.5 } },
  who: { id: "ada", known: "claimed" },
  subject: { stage: "production", parts: { "image/lab": "sha256:12" } },
  body: { reason: "maps look right" },
};

describe("the file of a record", () => {
  it("has these bytes and this name for ever", () => {
    const { path, text } = writeRecord(signOff, ["b".repeat(64), "a".repeat(64)]);

    expect(text).toMatchInlineSnapshot(`
      "{"at":{"clock":{"boot":"b1","kind":"machine","machine":"m1","seconds":12.5},"time":"2026-11-21T09:00:00.000Z"},"body":{"reason":"maps look right"},"fleet":"0f0e1d9c-6f0e-4a51-9d5f-0d6c2b0a7c11","kind":"sign-off","parents":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"],"subject":{"parts":{"image/lab":"sha256:12"},"stage":"production"},"version":1,"who":{"id":"ada","known":"claimed"}}
      "
    `);
    expect(path).toMatchInlineSnapshot(
      `"evidence/8d/8de310e2278a35d60d0765600c5f2a5e354661549a128cce90a3d8b94d0f4b8e.json"`,
    );
  });

  it.each([
    ["a newer version", { version: 2 }, "RECORD_TOO_NEW", "it has version 2"],
    ["a kind of a newer version", { kind: "dream" }, "RECORD_TOO_NEW", 'it is of the kind "dream"'],
    ["a kind that every object has", { kind: "constructor" }, "RECORD_TOO_NEW", 'it is of the kind "constructor"'],
    ["no version", { version: undefined }, "RECORD_DAMAGED", "version"],
    ["a key that nobody knows", { extra: 1 }, "RECORD_DAMAGED", "extra"],
    ["a body of another kind", { body: { of: "x" } }, "RECORD_DAMAGED", "of"],
    [
      "a login of nobody whom a hub knows",
      { who: { id: "ada", known: "claimed", login: { hub: "a", user: "0".repeat(64) } } },
      "RECORD_DAMAGED",
      "has one",
    ],
    ["an address instead of an id", { who: { id: "ada@example.org", known: "claimed" } }, "RECORD_DAMAGED", "who.id"],
    [
      "a date in another zone",
      { at: { ...signOff.at, time: "2026-11-21T10:00:00.000+01:00" } },
      "RECORD_DAMAGED",
      "at.time",
    ],
    ["parents out of order", { parents: ["b".repeat(64), "a".repeat(64)] }, "RECORD_DAMAGED", "parents"],
    ["a parent twice", { parents: ["a".repeat(64), "a".repeat(64)] }, "RECORD_DAMAGED", "parents"],
  ])("is refused with %s, also under its right name", (_name, change, code, words) => {
    const { record } = writeRecord(signOff, []);
    const entries = Object.entries({ ...record, ...change }).filter(([, value]) => value !== undefined);
    const forged = `${canonicalJson(Object.fromEntries(entries))}\n`;

    expect(() => parseRecord(pathOf(forged), forged)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) as string }),
    );
  });

  it.each(["", "[]", "null", "{", "\ufeff{}"])("is refused when it is %j", (forged) => {
    expect(() => parseRecord(pathOf(forged), forged)).toThrow(expect.objectContaining({ code: "RECORD_DAMAGED" }));
  });
});

describe("reading all of them", () => {
  it("finds every problem, what is not there, and reads the rest", () => {
    const first = writeRecord(signOff, []);
    const second = writeRecord({ ...signOff, body: {} }, [first.name]);
    const orphan = writeRecord({ ...signOff, who: { id: "grace", known: "ci" } }, ["c".repeat(64)]);
    const files = new Map([
      [second.path, second.text],
      [orphan.path, orphan.text],
      [first.path, first.text],
      ["evidence/notes.txt", "hello"],
      ["evidence/aa/other.json", first.text],
      ["deployed.yaml", "version: 1\n"],
    ]);

    const { records, heads, missing, problems } = readRecords(files);

    expect(new Map([...records].map(([name, { sequence }]) => [name, sequence]))).toEqual(
      new Map([
        [first.name, 0],
        [second.name, 1],
        [orphan.name, 0],
      ]),
    );
    expect(heads).toEqual([second.name, orphan.name].sort());
    expect(missing).toEqual(["c".repeat(64)]);
    expect(problems.map(({ code, message }) => [code, message.split('"')[1]])).toEqual([
      ["RECORD_DAMAGED", "evidence/aa/other.json"],
      ["RECORD_DAMAGED", "evidence/notes.txt"],
    ]);
  });

  it("reads a line that is longer than any stack is deep", () => {
    const files = new Map<string, string>();
    let last: readonly string[] = [];
    for (let index = 0; index < 12_000; index += 1) {
      const { path, text, name } = writeRecord(signOff, last);
      files.set(path, text);
      last = [name];
    }

    expect(readRecords(files)).toMatchObject({ heads: last, problems: [], missing: [] });
  });
});

function pathOf(text: string): string {
  return recordPath(createHash("sha256").update(text).digest("hex"));
}

import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parse, stringify } from "yaml";

import { mergeDocuments } from "./merge-documents.ts";

const base = "stages:\n  testing: a\n  production: a\nholds: {}\n";

it.each([
  ["nothing changed", base, base, base],
  ["only ours changed", "stages: {}\n", base, "stages: {}\n"],
  ["only theirs changed", base, "stages: {}\n", "stages: {}\n"],
  ["both changed to the same", "stages: {}\n", "stages: {}\n", "stages: {}\n"],
  ["ours is gone, theirs is as before", undefined, base, undefined],
])("takes what one side changed: %s", (_name, ours, theirs, text) => {
  expect(mergeDocuments("deployed.yaml", { base, ours, theirs })).toEqual({ kind: "merged", text });
});

it("takes changes of different keys together, additions and removals, too", () => {
  const ours = stringify({ stages: { testing: "b", production: "a" }, holds: { campus: { reason: "exam" } } });
  const theirs = stringify({ stages: { production: "c", canary: "a" }, holds: {} });

  const merged = mergeDocuments("deployed.yaml", {
    base: stringify({ stages: { testing: "b", production: "a" }, holds: {} }),
    ours,
    theirs,
  });

  expect(merged.kind === "merged" && parse(merged.text ?? "")).toEqual({
    stages: { production: "c", canary: "a" },
    holds: { campus: { reason: "exam" } },
  });
});

it("leaves to people what has two values, and offers both with all else taken", () => {
  const ours = stringify({ stages: { testing: "b", production: "b" }, holds: { one: 1 } });
  const theirs = stringify({ stages: { testing: "a", production: "c" }, holds: { two: 2 } });

  const merged = mergeDocuments("deployed.yaml", { base, ours, theirs });

  if (merged.kind !== "conflict") throw new Error("production has two values");
  expect(merged.keys).toEqual(["stages.production"]);
  expect(parse(merged.ours ?? "")).toEqual({ stages: { testing: "b", production: "b" }, holds: { two: 2, one: 1 } });
  expect(parse(merged.theirs ?? "")).toEqual({ stages: { testing: "b", production: "c" }, holds: { two: 2, one: 1 } });
});

it.each([
  ["a list has two values", "a: [1]\n", "a: [1, 2]\n", "a: [1, 3]\n", ["a"]],
  ["one removes what the other changes", "a: 1\n", "{}\n", "a: 2\n", ["a"]],
  ["one removes the document", "a: 1\n", undefined, "a: 2\n", []],
  ["one is no YAML", "a: 1\n", "a: [", "a: 2\n", []],
  ["one is no map", "a: 1\n", "- 1\n", "a: 2\n", []],
  ["one has an alias", "a: 1\n", "a: &x 1\nb: *x\n", "a: 2\n", []],
])("says so when %s", (_name, before, ours, theirs, keys) => {
  expect(mergeDocuments("deployed.yaml", { base: before, ours, theirs })).toMatchObject({ kind: "conflict", keys });
});

const values = fc.dictionary(
  fc.constantFrom("a", "b", "c", "d"),
  fc.oneof(fc.integer({ min: 0, max: 2 }), fc.dictionary(fc.constantFrom("x", "y"), fc.integer({ min: 0, max: 2 }))),
);

it("means the same from either side, and loses and invents no leaf", () => {
  fc.assert(
    fc.property(values, values, values, (before, here, there) => {
      const [written, ours, theirs] = [before, here, there].map((value) => stringify(value)) as [
        string,
        string,
        string,
      ]; // three
      const merged = mergeDocuments("x.yaml", { base: written, ours, theirs });
      const turned = mergeDocuments("x.yaml", { base: written, ours: theirs, theirs: ours });

      expect(turned.kind).toBe(merged.kind);
      if (merged.kind === "conflict" || turned.kind === "conflict") return;
      expect(parse(turned.text ?? "")).toEqual(parse(merged.text ?? ""));
      const [was, mine, yours, now] = [before, here, there, parse(merged.text ?? "") as unknown].map(
        leavesOf,
      ) as Leaves[] & { length: 4 }; // four
      for (const leaf of new Set([...keysOf(mine), ...keysOf(yours), ...keysOf(was), ...keysOf(now)])) {
        const isMine = mine?.get(leaf) !== was?.get(leaf);
        expect([leaf, now?.get(leaf)]).toEqual([leaf, (isMine ? mine : yours)?.get(leaf)]);
      }
    }),
    { numRuns: 2000 },
  );
});

type Leaves = ReadonlyMap<string, unknown>;

function leavesOf(value: unknown): Leaves {
  return new Map(
    Object.entries(value as Readonly<Record<string, unknown>>).flatMap(([key, inner]): [string, unknown][] =>
      typeof inner === "object" && inner !== null
        ? [[key, "map"], ...Object.entries(inner).map(([name, leaf]): [string, unknown] => [`${key}.${name}`, leaf])]
        : [[key, inner]],
    ),
  );
}

function keysOf(leaves: Leaves | undefined): readonly string[] {
  return [...(leaves?.keys() ?? [])];
}

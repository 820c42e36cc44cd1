import * as fc from "fast-check";
import { expect, it } from "vitest";

import { sha256, stableJson } from "./digest.ts";

it("writes the same bytes whatever the order of keys", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(stableJson(reverseKeys(value))).toBe(stableJson(value));
    }),
  );
});

it("loses nothing but absent values", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      expect(JSON.parse(stableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(stableJson({ b: undefined, a: 1 })).toBe('{\n  "a": 1\n}\n');
});

it("keeps the order of lists, which means something", () => {
  expect(stableJson(["b", "a"])).toBe('[\n  "b",\n  "a"\n]\n');
});

it("gives the digest that sha256sum gives", () => {
  expect(sha256("hubfleet\n")).toBe("5e32c1367d3b86d324d9c5d6c5c2ef9d52295951477ae336b8681728fc2c9ac4");
});

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reverseKeys(inner)]),
  );
}

import { describe, expect, it } from "vitest";

import { type Schema, widenSchema } from "./widen-schema.ts";

const object = (properties: Readonly<Record<string, Schema>>, rest: Schema = {}): Schema => ({
  ...{ type: "object", properties },
  ...rest,
});
const [text, number] = [{ type: "string" }, { type: "integer" }];
const open = { "x-kubernetes-preserve-unknown-fields": true };

describe("widenSchema", () => {
  it("keeps what only one of two has", () => {
    const { schema, added } = widenSchema(
      object({ spec: object({ old: text }) }),
      object({ spec: object({ fresh: number }) }),
    );

    expect(schema).toEqual(object({ spec: object({ old: text, fresh: number }) }));
    expect(added).toEqual(["spec.fresh"]);
  });

  it.each<[string, Schema, Schema, Schema]>([
    ["fewer required", { required: ["a", "b"] }, { required: ["b"] }, { required: ["b"] }],
    ["none required", { required: ["a"] }, {}, {}],
    ["no more required than before", {}, { required: ["a"] }, {}],
    ["values of both", { enum: ["a"] }, { enum: ["a", "b"] }, { enum: ["a", "b"] }],
    ["any value", { enum: ["a"] }, {}, {}],
    ["the lower minimum", { minimum: 2 }, { minimum: 1 }, { minimum: 1 }],
    ["the higher maximum", { maxLength: 2 }, { maxLength: 63 }, { maxLength: 63 }],
    ["no pattern where they differ", { pattern: "^a$" }, { pattern: "^b$" }, {}],
    ["the pattern of both", { pattern: "^a$" }, { pattern: "^a$" }, { pattern: "^a$" }],
    ["null", {}, { nullable: true }, { nullable: true }],
    ["whatever is unknown", {}, open, open],
    [
      "items of both",
      { items: object({ a: text }) },
      { items: object({ b: text }) },
      { items: object({ a: text, b: text }) },
    ],
    ["the description that is there", { description: "one" }, { description: "other" }, { description: "one" }],
  ])("takes %s", (_what, there, wanted, expected) => {
    expect(widenSchema(there, wanted)).toMatchObject({ schema: expected, conflicts: [] });
    expect(widenSchema(there, wanted).schema).toEqual(expected);
  });

  it("does not say of a name what type it has where anything was taken", () => {
    expect(widenSchema({ type: "object", ...open }, object({ a: text })).added).toEqual([]);
    expect(widenSchema(object({ a: text }), { type: "object", ...open }).schema).toEqual({ type: "object", ...open });
  });

  it("widens nothing the second time", () => {
    const wanted = object({ spec: object({ a: { ...text, enum: ["x"] }, b: { type: "array", items: number } }, open) });
    const { schema } = widenSchema(object({ spec: object({ a: { ...text, pattern: "x" } }) }), wanted);

    expect(widenSchema(schema, wanted)).toEqual({ schema, added: [], conflicts: [] });
  });

  it("names what excludes each other", () => {
    const { conflicts } = widenSchema(
      object({ spec: object({ size: text, labels: object({ a: text }) }) }),
      object({ spec: object({ size: number, labels: { type: "object", additionalProperties: text } }) }),
    );

    expect(conflicts).toEqual([
      "spec.size is string there and integer in the chart",
      "spec.labels has named fields in one of both and any in the other",
    ]);
  });
});

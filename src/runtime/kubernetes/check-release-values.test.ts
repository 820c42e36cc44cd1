import { describe, expect, it } from "vitest";

import { createReleaseCheck, overDefaults } from "./check-release-values.ts";

const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  additionalProperties: false,
  required: ["hub"],
  properties: {
    hub: {
      type: "object",
      additionalProperties: false,
      required: ["image"],
      properties: {
        image: { type: "object", required: ["tag"], properties: { tag: { type: "string" } } },
        resources: { type: "object" },
        port: { type: ["integer", "null"], minimum: 1 },
        pull: { enum: [null, "Always", "Never"] },
        size: { oneOf: [{ type: "integer" }, { type: "string", pattern: "^[0-9]+G$" }] },
        labels: { type: "object", additionalProperties: { type: "string" } },
        list: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
      },
    },
  },
};
const contract = { defaults: { hub: { image: { tag: "1" }, port: 80 } }, schema, hasParts: false };
const told = (values: Readonly<Record<string, unknown>>): string[] =>
  createReleaseCheck(contract)(values).map(
    ({ path, text, hint }) => `${path.join(".")} ${text}${hint === undefined ? "" : ` (${hint})`}`,
  );

describe("values held against a chart's schema", () => {
  it.each([
    {},
    { hub: { port: 1, pull: "Never", size: "10G", labels: { "a.b/c": "d" } } },
    { hub: { port: null, image: { name: "x" } } },
  ])("pass where they fit together with the chart's own: %j", (values) => {
    expect(told(values)).toEqual([]);
  });

  it.each([
    [{ hub: { resorces: {} } }, 'hub.resorces is no value that it knows (did you mean "resources"?)'],
    [{ hub: { port: "often" } }, 'hub.port has to be an integer or null, and is "often"'],
    [{ hub: { resources: [1] } }, "hub.resources has to be a map, and is a list"],
    [{ hub: { port: 0 } }, "hub.port must be >= 1, and is 0"],
    [{ hub: { pull: "now" } }, 'hub.pull has to be one of [null,"Always","Never"], and is "now"'],
    [{ hub: { size: "big" } }, 'hub.size has none of the forms that are taken, and is "big"'],
    [{ hub: { labels: { "a.b/c": 1 } } }, "hub.labels.a.b/c has to be text, and is 1"],
    [{ hub: { list: [{}, { name: 2 }] } }, "hub.list.1.name has to be text, and is 2"],
    [{ hub: { image: { tag: null } } }, 'hub.image needs "tag"'],
  ])("are told with what was expected: %j", (values, text) => {
    expect(told(values)).toEqual([text]);
  });

  it("are all told at once", () => {
    expect(told({ hub: { port: "often", pull: "now" }, cull: {} })).toHaveLength(3);
  });

  it("are left to Helm where one major version takes them and the other does not", () => {
    const strict = { properties: { a: { type: "string" } }, required: ["b"] };

    expect(createReleaseCheck({ defaults: { a: null, b: null }, schema: strict, hasParts: false })({})).toEqual([]);
  });

  it("are left to Helm where the schema the schema cannot be used", () => {
    const broken = { $ref: "https://schemas.example.org/chart.json" };

    expect(createReleaseCheck({ ...contract, schema: broken })({ a: 1 })).toEqual([]);
    expect(createReleaseCheck({ ...contract, schema: undefined })({ a: 1 })).toEqual([]);
  });

  it("may lack what charts inside of the chart bring", () => {
    const values = { hub: { image: { tag: null } } };

    expect(createReleaseCheck({ ...contract, hasParts: true })(values)).toEqual([]);
  });

  it("in the drafts of today", () => {
    const today = {
      ...contract,
      schema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        properties: { a: { type: "string" } },
        unevaluatedProperties: false,
      },
    };

    expect(createReleaseCheck({ ...today, defaults: {} })({ a: 1 })).toHaveLength(1);
    expect(createReleaseCheck({ ...today, defaults: {} })({ b: 1 })).toMatchObject([{ path: ["b"] }]);
  });
});

describe("values over a chart's own", () => {
  it("are merged map by map; a null takes a default away, and is kept where there is none", () => {
    const defaults = { a: { b: 1, c: 2 }, d: [1, 2], e: null };

    expect(overDefaults({ a: { b: null, f: null }, d: [3] }, defaults)).toEqual({
      a: { c: 2, f: null },
      d: [3],
      e: null,
    });
    expect(defaults.a.b).toBe(1);
  });
});

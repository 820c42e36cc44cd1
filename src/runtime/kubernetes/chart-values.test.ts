import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { composeValues, decided, fromSetting } from "./chart-values.ts";

const nothing = { values: {}, setting: "chartValues.jupyterhub" };

describe("composeValues", () => {
  it("lays an operator's values over hubfleet's and says which won", () => {
    const own = [
      decided("hub.resources.requests.cpu", "100m", "enough"),
      fromSetting("cull.timeout", 60, "culling.idle"),
    ];

    const composed = composeValues(own, {
      values: { hub: { resources: { requests: { cpu: "1" } }, nodeSelector: { zone: "a" } } },
      setting: "chartValues.jupyterhub",
    });

    expect(composed.values).toEqual({
      cull: { timeout: 60 },
      hub: { nodeSelector: { zone: "a" }, resources: { requests: { cpu: "1" } } },
    });
    expect(composed.origins.map(({ path, origin, instead }) => ({ path: path.join("."), origin, instead }))).toEqual([
      { path: "cull.timeout", origin: { kind: "setting", setting: "culling.idle" }, instead: undefined },
      {
        path: "hub.nodeSelector.zone",
        origin: { kind: "chartValues", setting: "chartValues.jupyterhub.hub.nodeSelector.zone" },
        instead: undefined,
      },
      {
        path: "hub.resources.requests.cpu",
        origin: { kind: "chartValues", setting: "chartValues.jupyterhub.hub.resources.requests.cpu" },
        instead: "100m",
      },
    ]);
  });

  it("replaces a map by a single value, and a single value by a map", () => {
    const own = [decided("hub.a.b", 1, "so"), decided("hub.c", 2, "so")];

    const { values } = composeValues(own, { values: { hub: { a: null, c: { d: 3 } } }, setting: "x" });

    expect(values).toEqual({ hub: { a: null, c: { d: 3 } } });
  });

  it("keeps what is in a map over which an empty one is laid", () => {
    const { values } = composeValues([decided("hub.a.b", 1, "so")], { values: { hub: { a: {} } }, setting: "x" });

    expect(values).toEqual({ hub: { a: { b: 1 } } });
  });

  it("puts an operator's list behind a list that joins, and in the place of any other", () => {
    const own = [{ ...decided("hub.volumes", ["ours"], "so"), joins: true }, decided("hub.args", ["ours"], "so")];

    const { values } = composeValues(own, { values: { hub: { volumes: ["theirs"], args: ["theirs"] } }, setting: "x" });

    expect(values).toEqual({ hub: { volumes: ["ours", "theirs"], args: ["theirs"] } });
  });

  it("leaves out what has no value", () => {
    expect(composeValues([fromSetting("ingress.className", undefined, "network")], nothing).values).toEqual({});
  });

  it("gives every value of an operator back, and nothing that it does not know the origin of", () => {
    const map = fc.letrec<{ value: unknown; map: Record<string, unknown> }>((tie) => ({
      value: fc.oneof({ depthSize: "small" }, fc.integer(), fc.string(), fc.array(fc.integer()), tie("map")),
      map: fc.dictionary(fc.stringMatching(/^[a-d]$/), tie("value"), { maxKeys: 3 }),
    })).map;

    fc.assert(
      fc.property(map, map, (own, theirs) => {
        const composed = composeValues([{ path: ["root"], value: own, origin: { kind: "hubfleet", because: "so" } }], {
          values: { root: theirs },
          setting: "x",
        });

        expect(composed.values["root"] ?? {}).toMatchObject(theirs);
        const again = composeValues([], { values: composed.values, setting: "x" });
        expect(again.values).toEqual(composed.values);
        expect(again.origins.map(({ path }) => path)).toEqual(composed.origins.map(({ path }) => path));
      }),
    );
  });
});

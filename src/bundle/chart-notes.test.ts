import { describe, expect, it } from "vitest";

import { chartNotes } from "./chart-notes.ts";

const contract = (
  appVersion: string,
  defaults: Readonly<Record<string, unknown>>,
): Parameters<typeof chartNotes>[1][0] => ({
  ...{ appVersion, defaults, schema: undefined, hasParts: false },
});
const before = contract("5.2.1", {
  proxy: { chp: { image: { tag: "4.6.1" } } },
  cull: { every: 600, users: false },
  debug: {},
});
const after = contract("5.5.0", {
  proxy: { chp: { image: { tag: "5.0.0" } } },
  cull: { every: 300, users: false },
  scheduling: { on: true },
});

describe("chartNotes", () => {
  it("says what a chart installs and does otherwise, with what is new and what is gone", () => {
    expect(chartNotes("jupyterhub", [before, after], {})).toEqual({
      chart: "jupyterhub",
      appVersion: { before: "5.2.1", after: "5.5.0" },
      values: [
        { path: "cull.every", before: 600, after: 300 },
        { path: "debug", before: {}, after: undefined },
        { path: "proxy.chp.image.tag", before: "4.6.1", after: "5.0.0" },
        { path: "scheduling", before: undefined, after: { on: true } },
      ],
    });
  });

  it("leaves out what the fleet sets itself, and says nothing of the same chart", () => {
    const given = { cull: { every: 60 }, proxy: { chp: { image: { tag: "own" } } } };

    expect(chartNotes("jupyterhub", [before, after], given).values.map(({ path }) => path)).toEqual([
      "debug",
      "scheduling",
    ]);
    expect(chartNotes("jupyterhub", [before, before], {})).toMatchObject({ appVersion: undefined, values: [] });
  });
});

import { describe, expect, it } from "vitest";

import { aLocalHub } from "../../../test/support/a-local-hub.ts";
import type { Hub } from "../../fleet/fleet.ts";
import { listKeys } from "../../fleet/key-documents.ts";
import { mergeSpeeds } from "./draft.ts";

const hubKeys = listKeys().filter(({ files, path }) => files.includes("hubs/NAME.yaml") && !path.includes("NAME"));
const leaves = hubKeys.filter(({ keys, path }) => keys.length === 0 && path !== "version");

describe("apply takes live settings from what is written and gated ones from the draft, as the schema says", () => {
  it.each(leaves.map(({ path, speed }) => [path, speed]))("%s is %s", (path, speed) => {
    const draft = withValue(aLocalHub(), path, "drafted");
    const written = withValue(aLocalHub(), path, "written");

    const merged = valueAt(mergeSpeeds(draft, written), path);

    expect(merged).toBe(speed === "live" ? "written" : "drafted");
  });
});

it("changes nothing when draft and written hub are the same", () => {
  expect(mergeSpeeds(aLocalHub(), aLocalHub())).toEqual(aLocalHub());
});

function withValue(hub: Hub, path: string, value: string): Hub {
  const copy = structuredClone(hub) as unknown as Record<string, unknown>; // written to at any path below
  const steps = path.split(".");
  let at = copy;
  for (const step of steps.slice(0, -1)) at = (at[step] ??= {}) as Record<string, unknown>; // made just now, or an object
  at[steps.at(-1) ?? ""] = value;
  return copy as unknown as Hub;
}

function valueAt(hub: Hub, path: string): unknown {
  return path.split(".").reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], hub);
}

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { hubSettings } from "../../test/support/arbitrary-fleet.ts";
import { mergeSettings } from "./merge-settings.ts";
import { splitSpeeds } from "./split-speeds.ts";

describe("splitSpeeds", () => {
  it("parts each key as the schema says", () => {
    const settings = {
      access: { users: ["ada"], login: { kind: "sign-up" } },
      dask: { enabled: false, idle: "1h" },
      profiles: [{ id: "a", memoryLimit: "1G" }],
      limits: {},
      images: { notebook: "lab" },
    };

    expect(splitSpeeds(settings)).toEqual({
      live: { access: { users: ["ada"] }, dask: { idle: "1h" }, limits: {} },
      gated: {
        access: { login: { kind: "sign-up" } },
        dask: { enabled: false },
        profiles: [{ id: "a", memoryLimit: "1G" }],
        images: { notebook: "lab" },
      },
    });
  });

  it("loses nothing, and does not care whether layers were merged before", () => {
    fc.assert(
      fc.property(hubSettings, hubSettings, (lower, upper) => {
        const { live, gated } = splitSpeeds(lower);
        const merged = splitSpeeds(mergeSettings(lower, upper));

        expect(mergeSettings(live, gated)).toEqual(lower);
        expect(merged.live).toEqual(mergeSettings(live, splitSpeeds(upper).live));
        expect(merged.gated).toEqual(mergeSettings(gated, splitSpeeds(upper).gated));
      }),
      { numRuns: 1000 },
    );
  });
});

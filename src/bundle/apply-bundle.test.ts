import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { aBundleOf } from "../../test/support/a-bundle.ts";
import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { goodFleet, hubSettings } from "../../test/support/arbitrary-fleet.ts";
import { renderProblems } from "../errors/render-problems.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { splitSpeeds } from "../fleet/split-speeds.ts";
import { applyBundle } from "./apply-bundle.ts";

const runs = { numRuns: 150 };

describe("applyBundle", () => {
  it("changes nothing with the bundle that was just made of the fleet", () => {
    fc.assert(
      fc.property(goodFleet, (builder) => {
        const reading = builder
          .withImage("gpu", { variants: { next: { requirements: "requirements-next.txt" } } })
          .withFile("images/gpu/requirements-next.txt", "dask\n")
          .read();
        const applied = applyBundle(reading, aBundleOf(reading));

        expect(data(applied.fleet)).toEqual(data(reading.fleet));
        expect(applied.problems).toEqual([]);
        expect(applied.warnings).toEqual(reading.warnings);
      }),
      runs,
    );
  });

  it("lets a live edit of a shared file through at once, and holds a gated one back", () => {
    const layer = fc.record({ platform: hubSettings, group: hubSettings });
    fc.assert(
      fc.property(layer, layer, hubSettings, (before, after, own) => {
        const bundle = aBundleOf(shared(before, own).read());
        const mixed = {
          platform: { ...splitSpeeds(before.platform).gated, ...onlyLive(after.platform, before.platform) },
          group: { ...splitSpeeds(before.group).gated, ...onlyLive(after.group, before.group) },
        };

        const applied = applyBundle(shared(after, own).read(), bundle);

        expect(data(applied.fleet)).toEqual(data(shared(mixed, own).build()));
      }),
      runs,
    );
  });

  it("has the gated settings of the bundle and the live ones of now, and says where each was written", () => {
    const before = aFleet().withPlatform({
      images: { hub: "hub", notebook: "lab" },
      environment: { TZ: "UTC" },
      access: { users: ["ada"] },
    });
    const bundle = aBundleOf(before.read());
    const now = aFleet()
      .withImage("other")
      .withPlatform({
        announcement: "Soon",
        access: { users: ["grace"] },
        environment: { TZ: "CET" },
        images: { hub: "hub", notebook: "other" },
      });

    const { fleet } = applyBundle(now.read(), bundle);
    const alpha = fleet?.hubs.get("alpha");

    expect(alpha).toMatchObject({
      environment: { TZ: "UTC" },
      images: { notebook: "lab" },
      announcement: "Soon",
      access: { users: ["grace"] },
    });
    const places = ["environment.TZ", "announcement", "images.notebook"].map((key) =>
      fleet?.origins.at(`hubs.alpha.${key}`),
    );
    expect(places.map((place) => `${place?.path}:${place?.line}`)).toEqual([
      "3fa9c21:platform.yaml:9",
      "platform.yaml:8",
      "3fa9c21:platform.yaml:4",
    ]);
  });

  it("takes who is let in from the groups as they include each other now", () => {
    const fleet = (groups: readonly string[]): FleetBuilder =>
      aFleet()
        .withGroup("guests", { access: { users: ["eve"] }, environment: { GUESTS: "1" } })
        .withGroup("classes", { groups })
        .withHub("alpha", { port: 18_000, groups: ["classes"] });
    const bundle = aBundleOf(fleet(["guests"]).read());

    const alpha = applyBundle(fleet([]).read(), bundle).fleet?.hubs.get("alpha");

    expect(alpha?.access.users).toEqual(["grace"]);
    expect(alpha?.environment).toEqual({ GUESTS: "1" });
  });

  it("lets a hub's own settings out when they are written", () => {
    const bundle = aBundleOf(aFleet().read());
    const { fleet } = applyBundle(
      aFleet()
        .withHub("alpha", { port: 18_000, environment: { OWN: "1" } })
        .read(),
      bundle,
    );

    expect(fleet?.hubs.get("alpha")?.environment).toEqual({ OWN: "1" });
  });

  it("keeps an image that main has no more", () => {
    const bundle = aBundleOf(
      aFleet()
        .withImage("old")
        .withPlatform({ images: { hub: "hub", notebook: "old" } })
        .read(),
    );

    const { fleet, problems } = applyBundle(aFleet().read(), bundle);

    expect(problems).toEqual([]);
    expect(fleet?.hubs.get("alpha")?.images.notebook).toBe("old");
    expect(fleet?.images.get("old")).toMatchObject({ role: "notebook", python: "3.11" });
  });

  it("finds what only main has, before it breaks a hub", () => {
    const bundle = aBundleOf(aFleet().read());
    const now = aFleet()
      .withImage("new")
      .withPlatform({ profiles: [{ id: "large", name: "Large" }] })
      .withGroup("classes", { environment: { X: "1" } })
      .withHub("alpha", {
        port: 18_000,
        groups: ["classes"],
        profiles: [{ id: "large", memoryLimit: "1G", notebookImage: "new" }],
      });

    const { fleet, problems, warnings } = applyBundle(now.read(), bundle);

    expect(fleet).toBeUndefined();
    expect(renderProblems(problems, { colors: false }).replaceAll(bundle.id, "BUNDLE")).toMatchInlineSnapshot(`
      "error UNKNOWN_PROFILE  hubs/alpha.yaml:8:9
        with bundle BUNDLE: no layer of hub "alpha" defines the profile "large": it has no \`name\`
        8 │   - id: large
          │         ^^^^^
        hint: give it a \`name\` to make it a new profile; or wait for the bundle that has it

      error UNKNOWN_IMAGE  hubs/alpha.yaml:10:20
        with bundle BUNDLE: there is no image "new"
        10 │     notebookImage: new
           │                    ^^^
        hint: known: hub, lab; or wait for the bundle that has it
      "
    `);
    expect(warnings.map(({ code }) => code)).toContain("GROUP_NOT_IN_BUNDLE");
  });
});

function shared({ platform, group }: { readonly platform: object; readonly group: object }, own: object): FleetBuilder {
  return aFleet()
    .withPlatform({ ...platform })
    .withGroup("classes", { ...group })
    .withHub("alpha", { port: 18_000, groups: ["classes"], ...own });
}

/** The live half of `after`, where it does not touch maps that have a gated half as well. */
function onlyLive(after: Readonly<Record<string, unknown>>, before: Readonly<Record<string, unknown>>): object {
  const { live } = splitSpeeds(after);
  const { gated } = splitSpeeds(before);
  return Object.fromEntries(
    Object.entries(live).map(([key, value]) => [
      key,
      key in gated ? { ...Object(gated[key]), ...Object(value) } : value,
    ]),
  );
}

/** Everything of a fleet but the places in its files. */
function data(fleet: Fleet | undefined): unknown {
  if (fleet === undefined) return undefined;
  const { origins: _origins, ...rest } = fleet;
  return structuredClone({ ...rest, hubs: [...rest.hubs], images: [...rest.images], clusters: [...rest.clusters] });
}

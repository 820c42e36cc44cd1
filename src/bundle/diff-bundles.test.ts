import { describe, expect, it } from "vitest";

import { aBundleOf, aDigest } from "../../test/support/a-bundle.ts";
import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { changesImages, diffBundles, differenceSentence } from "./diff-bundles.ts";

const platform = {
  images: { hub: "hub", notebook: "lab" },
  profiles: [
    { id: "lab", name: "Lab" },
    { id: "large", name: "Large", cpuLimit: 2 },
  ],
};
const fleet = (changes: object = {}): FleetBuilder => aFleet().withPlatform({ ...platform, ...changes });
const before = aBundleOf(fleet().read());

describe("diffBundles", () => {
  it("finds nothing between a bundle and itself", () => {
    const difference = diffBundles(before, before);

    expect(difference).toEqual({ parts: [], settings: [], charts: [], versions: [] });
    expect(differenceSentence(difference, before.id)).toBe(`differs from ${before.id} in nothing`);
  });

  it("tells settings one by one, profiles by their id, with the line that was written", () => {
    const profiles = [
      { id: "large", name: "Large", cpuLimit: 4 },
      { id: "new", name: "New" },
    ];
    const after = aBundleOf(
      fleet({ profiles, environment: { TZ: "UTC" } })
        .withGroup("classes", { appearance: { logo: "x.png" } })
        .withFile("x.png", "")
        .read(),
    );

    expect(diffBundles(before, after).settings).toEqual([
      { layer: "platform", path: "environment.TZ", before: undefined, after: "UTC", origin: "platform.yaml:17:3" },
      { layer: "platform", path: "profiles.lab.id", before: "lab", after: undefined, origin: "platform.yaml:11:5" },
      { layer: "platform", path: "profiles.lab.name", before: "Lab", after: undefined, origin: "platform.yaml:12:5" },
      { layer: "platform", path: "profiles.large.cpuLimit", before: 2, after: 4, origin: "platform.yaml:13:5" },
      { layer: "platform", path: "profiles.new.id", before: undefined, after: "new", origin: "platform.yaml:14:5" },
      { layer: "platform", path: "profiles.new.name", before: undefined, after: "New", origin: "platform.yaml:15:5" },
      {
        layer: "group/classes",
        path: "appearance.logo",
        before: undefined,
        after: "x.png",
        origin: "groups/classes.yaml:3:3",
      },
    ]);
    expect(diffBundles(before, after).parts).toEqual([
      { part: "group/classes", what: "added" },
      { part: "settings", what: "changed" },
    ]);
  });

  it("says that image steps are skipped where only charts or settings differ", () => {
    const charts = { jupyterhub: { version: "4.2.0", digest: aDigest("3") } };
    const after = aBundleOf(fleet().read(), { charts });
    const difference = diffBundles(before, after);

    expect(changesImages(difference)).toBe(false);
    expect(difference.charts).toEqual([{ name: "jupyterhub", after: "4.2.0 (333333333333)" }]);
    expect(differenceSentence(difference, "B0")).toBe(
      "differs from B0 in charts; the images are those of B0: building and testing them is skipped",
    );
  });

  it("names the images that differ, and versions", () => {
    const lab = before.document.images["lab"];
    if (lab === undefined) throw new Error("the small fleet has an image lab");
    const images = { ...before.document.images, lab: { ...lab, lock: aDigest("4") }, gpu: lab };
    const after = aBundleOf(fleet().read(), { images, jupyterhub: "5.5.5", versions: { hubfleet: "0.2.0" } });
    const difference = diffBundles(before, after);

    expect(differenceSentence(difference, "B0")).toBe("differs from B0 in images gpu and lab");
    expect(difference.versions).toEqual([
      { name: "hubfleet", before: "0.1.0", after: "0.2.0" },
      { name: "jupyterhub", before: "5.5.4", after: "5.5.5" },
      { name: "uv", before: "0.13.8" },
    ]);
  });
});

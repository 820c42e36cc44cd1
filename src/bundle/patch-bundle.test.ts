import { describe, expect, it } from "vitest";

import { aBundleOf, aCommit, aDigest } from "../../test/support/a-bundle.ts";
import { aFleet } from "../../test/support/a-fleet.ts";
import type { BundleImage } from "./bundle-schema.ts";
import { patchBundle } from "./patch-bundle.ts";

const from = aBundleOf(aFleet().read());
const dated = { commit: aCommit, madeAt: "2026-11-22T09:00:00Z", versions: { hubfleet: "0.2.0" } };

describe("patchBundle", () => {
  it("replaces what it names and keeps everything else, and the time that soaked", () => {
    const patched = patchBundle({ from, images: { hub: image({ lock: aDigest("9") }) }, ...dated });

    expect(Object.keys(patched.parts).filter((part) => patched.parts[part] !== from.parts[part])).toEqual([
      "image/hub",
    ]);
    expect(patched.document).toMatchObject({
      parent: { id: from.id, digest: from.digest },
      patch: { from: { id: from.id }, only: ["image/hub"] },
      settings: from.document.settings,
    });
  });

  it.each([
    ["an image that the bundle does not have", { hob: image({}) }, `bundle ${from.id} has no image "hob"`],
    ["an image as it is already", { hub: image({}) }, `image/hub is what bundle ${from.id} has already`],
    ["nothing", {}, "a patch replaces at least one image"],
  ])("refuses %s", (_, images: Readonly<Record<string, BundleImage>>, message) => {
    expect(() => patchBundle({ from, images, ...dated })).toThrow(message);
  });
});

function image(changes: Partial<BundleImage>): BundleImage {
  const hub = from.document.images["hub"];
  if (hub === undefined) throw new Error("the small fleet has an image hub");
  return { ...hub, ...changes };
}

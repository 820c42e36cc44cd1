import { describe, expect, it } from "vitest";

import { aBundleOf } from "../../test/support/a-bundle.ts";
import { aFleet } from "../../test/support/a-fleet.ts";
import type { Bundle } from "./bundle.ts";
import { bundleId, hasBundles, latestBundle } from "./latest-bundle.ts";
import { bundlePath } from "./read-bundles.ts";

const reading = aFleet().read();
const first = aBundleOf(reading, { madeAt: "2026-11-20T23:00:00Z" });
const morning = aBundleOf(reading, { madeAt: "2026-11-21T08:00:00Z" });
const evening = aBundleOf(reading, { madeAt: "2026-11-21T20:00:00Z" });
const follower = aBundleOf(reading, {
  madeAt: evening.document.madeAt,
  parent: { id: evening.id, digest: evening.digest },
});
const filesOf = (...bundles: readonly Bundle[]): ReadonlyMap<string, string> =>
  new Map(bundles.map(({ id, text }) => [bundlePath(id), text]));

describe("the latest bundle", () => {
  it("is none where none was made", () => {
    expect(latestBundle(filesOf())).toBeUndefined();
    expect(hasBundles(filesOf())).toBe(false);
    expect(hasBundles(filesOf(first))).toBe(true);
  });

  it("is the last of the last day, whatever ids end with", () => {
    expect(latestBundle(filesOf(evening, first, morning))?.id).toBe(evening.id);
    expect(latestBundle(filesOf(morning, first))?.id).toBe(morning.id);
  });

  it("is the one that follows the other, of two of the same moment", () => {
    expect(latestBundle(filesOf(follower, evening))?.id).toBe(follower.id);
    expect(latestBundle(filesOf(evening, follower))?.id).toBe(follower.id);
  });

  it("is of an earlier day where none of the last is wanted", () => {
    expect(latestBundle(filesOf(evening, first), ({ id }) => id !== evening.id)?.id).toBe(first.id);
  });

  it("of earlier days are not read: a damaged one there hides nothing", () => {
    const files = new Map([...filesOf(evening), [bundlePath(first.id), "damaged"]]);

    expect(latestBundle(files)?.id).toBe(evening.id);
    expect(() => latestBundle(new Map([[bundlePath(evening.id), "damaged"]]))).toThrow(evening.id);
  });

  it("is found by its digest", () => {
    expect(bundleId(filesOf(first, evening), evening.digest)).toBe(evening.id);
    expect(bundleId(filesOf(first), evening.digest)).toBeUndefined();
  });
});

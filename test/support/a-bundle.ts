import { type Bundle, createBundle } from "../../src/bundle/bundle.ts";
import type { BundleDocument, BundleImage } from "../../src/bundle/bundle-schema.ts";
import { freezeGated } from "../../src/bundle/freeze-gated.ts";
import type { Fleet, Image } from "../../src/fleet/fleet.ts";
import type { FleetReading } from "../../src/fleet/read-fleet.ts";

export const aCommit = "3fa9c21d5f0c8a7e6b4d3c2b1a09f8e7d6c5b4a3";

/** "sha256:" and the same digit all along. */
export function aDigest(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

/** The bundle of a fleet as it was read, with made-up locks. */
export function aBundleOf(reading: FleetReading, changes: Partial<BundleDocument> = {}): Bundle {
  const { fleet } = reading;
  if (fleet === undefined) throw new Error("a bundle is made of a fleet without problems");
  return createBundle({ ...aBundleDocument(fleet, reading), ...changes });
}

function aBundleDocument(fleet: Fleet, reading: FleetReading): BundleDocument {
  const { commit, platform, groups, origins } = freezeGated(reading, aCommit);
  return {
    version: 1,
    fleet: fleet.uuid,
    madeAt: "2026-11-21T17:38:26Z",
    commit: aCommit,
    renderer: "1",
    images: Object.fromEntries([...fleet.images].map(([name, image]) => [name, anImageOf(image)])),
    pairs: [{ notebook: "lab", worker: "lab" }],
    charts: {},
    jupyterhub: "5.5.4",
    settings: {
      commit,
      platform,
      groups: Object.fromEntries(
        Object.entries(groups).map(([name, group]) => [name, { groups: [...group.groups], settings: group.settings }]),
      ),
      origins,
    },
    files: {},
    versions: { hubfleet: "0.1.0", uv: "0.13.8" },
  };
}

function anImageOf({ role, python, variantOf, from }: Image): BundleImage {
  return {
    role,
    python,
    ...(variantOf === undefined ? {} : { variantOf }),
    ...(from === undefined ? { lock: aDigest("1") } : { from }),
    inputs: aDigest("2"),
    container: "none yet",
  };
}

import { describe, expect, it } from "vitest";

import { aBundleOf, aDigest } from "../../test/support/a-bundle.ts";
import { aFleet } from "../../test/support/a-fleet.ts";
import { applyBundle } from "./apply-bundle.ts";
import { createBundle } from "./bundle.ts";
import { gateBundle } from "./gate-bundle.ts";
import { gateHub, pairsOf } from "./hub-parts.ts";

const reading = aFleet()
  .withImage("gpu")
  .withImage("worker", { role: "worker" })
  .withCluster("far", { provider: "kubeconfig" })
  .withGroup("base", { environment: { A: "1" } })
  .withGroup("classes", { groups: ["base"] })
  .withGroup("others", {})
  .withHub("alpha", { port: 18_000, groups: ["classes"], images: { worker: "worker" } })
  .withHub("beta", {
    cluster: "far",
    domain: "beta.example.org",
    access: { login: { kind: "sign-up" } },
    profiles: [{ id: "gpu", name: "GPU", notebookImage: "gpu" }],
  })
  .read();
const bundle = aBundleOf(reading, { charts: { jupyterhub: { version: "4.2.0", digest: aDigest("3") } } });
const { fleet } = applyBundle(reading, bundle);

describe("the parts of a bundle that a hub runs", () => {
  it.each([
    ["alpha", ["image/hub", "image/lab", "image/worker", "settings", "group/base", "group/classes", "renderer"], false],
    ["beta", ["image/gpu", "image/hub", "image/lab", "charts", "settings", "renderer"], true],
  ])("are what %s uses, and what it shares", (name, parts, needsContainers) => {
    const hub = fleet?.hubs.get(name);

    expect(fleet === undefined || hub === undefined ? undefined : gateHub(hub, fleet, bundle)).toEqual({
      name,
      parts,
      needsContainers,
    });
  });
});

it("pairs each notebook image with its workers, once", () => {
  expect(pairsOf(fleet?.hubs.values() ?? [])).toEqual([
    { notebook: "gpu", worker: "gpu" },
    { notebook: "lab", worker: "lab" },
    { notebook: "lab", worker: "worker" },
  ]);
});

describe("a bundle as its gates see it", () => {
  it("asks for a check of each image and of each pair of two", () => {
    const pairs = pairsOf(fleet?.hubs.values() ?? []);
    const seen = gateBundle(createBundle({ ...bundle.document, pairs }));

    expect(seen.partChecks).toEqual([
      { check: "image/gpu", parts: ["image/gpu"] },
      { check: "image/hub", parts: ["image/hub"] },
      { check: "image/lab", parts: ["image/lab"] },
      { check: "image/worker", parts: ["image/worker"] },
      { check: "pair/lab/worker", parts: ["image/lab", "image/worker"] },
    ]);
    expect(seen.withoutContainer).toEqual(["image/gpu", "image/hub", "image/lab", "image/worker"]);
    expect(seen.madeAt).toBe(Date.UTC(2026, 10, 21, 17, 38, 26));
  });

  it("asks for none of an image that is taken from a registry as it is", () => {
    const { lab } = bundle.document.images;
    if (lab === undefined) throw new Error("the bundle has an image lab");
    const { lock: _lock, ...rest } = lab;
    const reference = `registry.example.org/lab@${aDigest("5")}`;
    const foreign = { ...rest, from: reference, container: { reference, platforms: ["linux/amd64"] } };
    const seen = gateBundle(createBundle({ ...bundle.document, images: { lab: foreign } }));

    expect(seen).toMatchObject({ partChecks: [], withoutContainer: [] });
  });
});

import { expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../../../test/support/a-fleet.ts";
import { composeImage, composeList } from "../../../../test/support/compose-image.ts";
import { createRegistryMemory, type RegistryMemory } from "../../../adapters/registry/registry-memory.ts";
import { createStateFilesMemory } from "../../../adapters/state-files/state-files-memory.ts";
import { parseTaggedReference } from "../../../image/container/tagged-reference.ts";
import { outdatedBase, pinBases } from "./pin-bases.ts";
import { outdatedPins, pinPlaces, type PinPlacesProps } from "./pin-places.ts";

const { signal } = new AbortController();
const place = { registry: "r.example.org", repository: "team/lab" };
const values = "hub:\n  # ours\n  image: { name: x, tag: old } # from CI\nlist:\n  - image: x:old\n";
const fleet = aFleet()
  .withFleet({ registries: { main: { address: "r.example.org/team" } } })
  .withFile("charts/values.yaml", values)
  .withImage("lab", {
    pins: [
      { file: "charts/values.yaml", path: "hub.image" },
      { file: "charts/values.yaml", path: ["list", 0, "image"] },
    ],
  });

async function push(registry: RegistryMemory, tag: string, architectures = ["amd64"]): Promise<string> {
  const parts = await Promise.all(
    architectures.map(async (architecture) => {
      const manifest = await composeImage({ layers: [], architecture, config: { Labels: { tag } } }, (content) =>
        registry.add(place, content),
      );
      await registry.putManifest(place, manifest.toString(), signal);
      return { manifest, architecture };
    }),
  );
  const list = JSON.parse(composeList(parts).toString()) as { manifests: { platform: { os: string } }[] };
  const text = JSON.stringify({ ...list, manifests: list.manifests.filter(({ platform }) => platform.os === "linux") });
  return registry.putManifest(
    { ...place, tag },
    parts.length > 1 ? text : (parts[0]?.manifest.toString() ?? ""),
    signal,
  );
}

function filesOf(builder: FleetBuilder): PinPlacesProps["files"] {
  const texts = Object.entries(builder.files()).map(
    ([path, text]) => [`/fleet/${path}`, typeof text === "string" ? text : ""] as const,
  );
  return createStateFilesMemory(Object.fromEntries(texts));
}

function places(registry: RegistryMemory, builder = fleet): PinPlacesProps {
  const currentTags: PinPlacesProps["currentTags"] = async (images) =>
    images.map(({ name }) => ({ image: name, repository: name, tag: "0123" }));
  return { fleet: builder.build(), directory: "/fleet", files: filesOf(builder), registry, currentTags, signal };
}

it("writes the pushed tag to every place, and finds nothing to do the second time", async () => {
  const registry = createRegistryMemory();
  const digest = await push(registry, "0123");
  const images = [...fleet.build().images.values()];

  const [change] = await pinPlaces(images, places(registry));

  expect(change?.after).toBe(
    values
      .replace("name: x, tag: old", 'name: r.example.org/team/lab, tag: "0123"')
      .replace("x:old", `r.example.org/team/lab:0123@${digest}`),
  );
  const again = await pinPlaces(images, places(registry, fleet.withFile("charts/values.yaml", change?.after ?? "")));
  expect(outdatedPins(images, again)).toEqual([]);
  expect(outdatedPins(images, change === undefined ? [] : [change])).toMatchObject([
    { code: "PIN_OUTDATED", at: { path: "charts/values.yaml", line: 3 } },
  ]);
});

it("writes nothing for a tag that is not pushed, and says everything that is wrong at once", async () => {
  const registry = createRegistryMemory();
  const broken = fleet
    .withFile("charts/other.yaml", "a: {b: 1}\n")
    .withImage("spare", { pins: [{ file: "charts/other.yaml", path: "a" }] });

  await expect(pinPlaces([...broken.build().images.values()], places(registry, broken))).rejects.toMatchObject({
    problems: [{ code: "IMAGE_NOT_PUSHED" }, { code: "IMAGE_NOT_PUSHED" }],
  });
  await push(registry, "0123");
  await expect(pinPlaces([...broken.build().images.values()], places(registry, broken))).rejects.toMatchObject({
    problems: [
      { code: "IMAGE_NOT_PUSHED", message: expect.stringContaining("r.example.org/team/spare:0123") as string },
    ],
  });
});

it("pins a base by tag and digest, and sees when the tag names another image", async () => {
  const registry = createRegistryMemory();
  const first = await push(registry, "1.0");
  const builder = aFleet();
  const image = builder.build().images.get("lab");
  if (image === undefined) throw new Error("no image");
  const props = { directory: "/fleet", registry, signal };
  const reference = parseTaggedReference("r.example.org/team/lab:1.0");

  const [change] = await pinBases(image, [reference], { ...props, files: filesOf(builder) });
  expect(change?.after).toBe(`${change?.before ?? ""}base: r.example.org/team/lab:1.0@${first}\n`);

  const pinned = builder.withFile("images/lab/image.yaml", change?.after ?? "");
  const based = { ...image, base: `r.example.org/team/lab:1.0@${first}` };
  const [same] = await pinBases(based, undefined, { ...props, files: filesOf(pinned) });
  expect(same?.after).toBe(same?.before);

  const second = await push(registry, "1.0", ["amd64", "arm64"]);
  const [moved] = await pinBases(based, undefined, { ...props, files: filesOf(pinned) });
  expect(moved?.after).toContain(`base: r.example.org/team/lab:1.0@${second}\n`);
  const told = outdatedBase(based, moved ?? { path: "", before: "", after: "" });
  expect(told).toMatchObject({ code: "PIN_OUTDATED", at: { line: 3 } });
});

it("pins no base that lacks a platform, or that is not there", async () => {
  const registry = createRegistryMemory();
  await push(registry, "1.0");
  const builder = aFleet().withImage("lab", { platforms: ["linux/amd64", "linux/arm64"] });
  const image = builder.build().images.get("lab");
  if (image === undefined) throw new Error("no image");
  const pin = async (tag: string): Promise<unknown> =>
    pinBases(image, [parseTaggedReference(`r.example.org/team/lab:${tag}`)], {
      directory: "/fleet",
      files: filesOf(builder),
      registry,
      signal,
    });

  await expect(pin("1.0")).rejects.toMatchObject({
    code: "PLATFORM_MISSING",
    message: expect.stringContaining("not built for linux/arm64") as string,
  });
  await expect(pin("2.0")).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
  await push(registry, "1.0", ["amd64", "arm64"]);
  await expect(pin("1.0")).resolves.toHaveLength(1);
});

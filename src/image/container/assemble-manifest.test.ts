import { assert, property, shuffledSubarray } from "fast-check";
import { expect, it } from "vitest";

import { assembleIndex, assembleManifest, gzippedLayer, layerType } from "./assemble-manifest.ts";
import { parseManifest } from "./parse-manifest.ts";

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

it("writes a manifest that is the same to the byte, whatever else its parts hold", () => {
  const layer = { size: 3, digest: digest("b"), mediaType: gzippedLayer, diffId: "not of a manifest" };

  expect(assembleManifest({ layers: [layer], config: { size: 2, digest: digest("a") } })).toBe(
    `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"${digest("a")}","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"${digest("b")}","size":3}]}`,
  );
});

it("writes the same list in whatever order the platforms come, and it can be read", () => {
  const images = ["linux/arm64/v8", "linux/amd64", "linux/s390x"].map((platform, index) => ({
    platform,
    digest: digest(String(index)),
    size: 10 + index,
  }));
  const once = assembleIndex(images);

  assert(
    property(shuffledSubarray(images, { minLength: images.length }), (shuffled) => {
      expect(assembleIndex(shuffled)).toBe(once);
    }),
  );
  expect(parseManifest(once, "list")).toMatchObject({
    kind: "list",
    images: [
      { platform: "linux/amd64" },
      { platform: "linux/arm64/v8", digest: digest("0") },
      { platform: "linux/s390x" },
    ],
  });
});

it.each([
  ["application/vnd.oci.image.layer.v1.tar+zstd", "application/vnd.oci.image.layer.v1.tar+zstd"],
  ["application/vnd.docker.image.rootfs.diff.tar.gzip", gzippedLayer],
  ["application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", undefined],
  ["application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", undefined],
  ["application/vnd.oci.image.layer.v1.tar+gzip+encrypted", undefined],
  ["", undefined],
])("names the layer type %s as the OCI does: %s", (given, expected) => {
  expect(layerType(given)).toBe(expected);
});

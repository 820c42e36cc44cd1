import { expect, it } from "vitest";

import type { ImageDescription } from "../../operate/images/describe-images.ts";
import { renderImage } from "./image-text.ts";

const lab: ImageDescription = {
  name: "lab",
  role: "notebook",
  description: "",
  python: "3.11",
  variantOf: null,
  from: null,
  container: { dockerfile: "generated", base: "example.org/base@sha256:0", platforms: ["linux/amd64", "linux/arm64"] },
  inputs: [],
  lock: null,
  environment: null,
  problem: null,
  packages: [],
  usedBy: [],
};

it.each<[string, Partial<ImageDescription>, string]>([
  [
    "by hubfleet",
    {},
    "container:   by hubfleet's Dockerfile (`hubfleet image show lab --dockerfile`)\nbase:        example.org/base@sha256:0\nplatforms:   linux/amd64, linux/arm64\n",
  ],
  [
    "by itself",
    { container: { dockerfile: "own", base: null, platforms: ["linux/amd64"] } },
    "container:   by its own Dockerfile\nplatforms:   linux/amd64\n",
  ],
  [
    "by nothing yet",
    { container: { dockerfile: null, base: null, platforms: ["linux/amd64"] } },
    "container:   none: image.yaml names no `base`, and there is no Dockerfile\n",
  ],
  ["elsewhere", { from: "example.org/lab@sha256:0", container: null }, ""],
])("says what an image's container is made %s", (_what, difference, container) => {
  const facts = renderImage({ ...lab, ...difference });

  expect(facts.replace(/^(?:image|role|python|from|used by):.*\n/gm, "")).toBe(container);
});

import { aFleet, type FleetBuilder } from "./a-fleet.ts";

/** What is wrong with an image, the codes that must be reported, and where the first one is. */
export const brokenImages: readonly [string, FleetBuilder, readonly string[], string?][] = [
  ["an image without contents", aFleet().without("images/lab/requirements.txt"), ["IMAGE_WITHOUT_CONTENTS"]],
  ["an image by tag", aFleet().withImage("x", { from: "registry.example.org/x:latest" }), ["IMAGE_NOT_PINNED"]],
  [
    "a local hub with a registry image",
    aFleet()
      .withImage("lab", { from: `registry.example.org/x@sha256:${"0".repeat(64)}` })
      .without("images/lab/requirements.txt"),
    ["IMAGE_NOT_LOCAL"],
  ],
  [
    "a variant whose container would have an image's name",
    aFleet()
      .withImage("lab", { variants: { next: { requirements: "requirements.txt" } } })
      .withImage("lab-next"),
    ["CONTAINER_NAME_CLASH"],
    "images/lab/image.yaml:4:3",
  ],
  [
    "variants whose containers would have the same name",
    aFleet()
      .withImage("a", { variants: { "b-c": { requirements: "requirements.txt" } } })
      .withImage("a-b", { variants: { c: { requirements: "requirements.txt" } } }),
    ["CONTAINER_NAME_CLASH"],
    "images/a/image.yaml:4:3",
  ],
  [
    "a counted path that is not there",
    aFleet().withImage("lab", { paths: [".", "./images//lab/", ".github/workflows", "image/lab"] }),
    ["FILE_MISSING"],
    "images/lab/image.yaml:7:5",
  ],
  [
    "counted paths that are patterns or lead out",
    aFleet().withImage("lab", { paths: ["common/*.txt", ":/common", "../common", "a[bc]"] }),
    ["INVALID_VALUE"],
  ],
  ["a policy of tags that nobody knows", aFleet().withFleet({ tags: "commit" }), ["INVALID_VALUE"]],
  [
    "an image directory without image.yaml",
    aFleet().without("images/lab/image.yaml"),
    ["UNKNOWN_IMAGE", "FILE_MISSING"].sort(),
  ],
  ["an image in the wrong role", aFleet().withHub("beta", { port: 18_010, images: { hub: "lab" } }), ["IMAGE_ROLE"]],
  [
    "a pair of Pythons",
    aFleet()
      .withImage("old", { python: "3.10" })
      .withHub("beta", { port: 18_010, images: { worker: "old" } }),
    ["PYTHON_MISMATCH"],
  ],
  [
    "a requirement on this machine",
    aFleet().withFile("images/lab/requirements.txt", "numpy\n-e ./mine\n"),
    ["REQUIREMENT_LOCAL"],
    "images/lab/requirements.txt:2:4",
  ],
  [
    "a requirement with a login",
    aFleet().withFile("images/lab/requirements.txt", "--extra-index-url https://me:hunter2@pypi.example.org/simple\n"),
    ["REQUIREMENT_HOLDS_LOGIN"],
    "images/lab/requirements.txt:1:25",
  ],
  [
    "a requirement from a system that cannot be locked",
    aFleet().withFile("images/lab/requirements.txt", "a @ hg+https://example.org/a@0123\n"),
    ["REQUIREMENT_NOT_PINNED"],
    "images/lab/requirements.txt:1:5",
  ],
  [
    "a Dockerfile on a tag",
    aFleet().withFile("images/lab/Dockerfile", "ARG BASE=example.org/base:latest\nFROM $BASE\n"),
    ["IMAGE_NOT_PINNED"],
    "images/lab/Dockerfile:2:6",
  ],
  [
    "a base on a branch",
    aFleet().withImage("lab", { base: "example.org/base:main" }),
    ["IMAGE_NOT_PINNED"],
    "images/lab/image.yaml:3:7",
  ],
  [
    "two Pythons for an image",
    aFleet().withImage("lab", { python: "3.12" }).withFile("images/lab/runtime.txt", "python-3.11.4\n"),
    ["RUNTIME_INVALID"],
    "images/lab/image.yaml:3:9",
  ],
  [
    "a runtime that is no Python",
    aFleet().withFile("images/lab/runtime.txt", "r-4.3-2023-06-01\n"),
    ["RUNTIME_INVALID"],
    "images/lab/runtime.txt:1:1",
  ],
  [
    "a moving Git requirement",
    aFleet().withFile("images/lab/requirements.txt", "a @ git+https://example.org/a@main\n"),
    ["REQUIREMENT_NOT_PINNED"],
    "images/lab/requirements.txt:1:5",
  ],
];

import { expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";

it("makes each variant an image of its own that shares all but requirements and lock", () => {
  const fleet = aFleet()
    .withImage("lab", { python: "3.12", tests: ["tests/a.py"], variants: { next: { requirements: "next.txt" } } })
    .withFile("images/lab/tests/a.py", "")
    .withFile("images/lab/next.txt", "numpy\n")
    .withImage("hub", { role: "hub", python: "3.12" })
    .withHub("alpha", { port: 18_000, images: { notebook: "lab/next", worker: "lab/next" } })
    .build();

  expect(fleet.images.get("lab/next")).toEqual({
    ...fleet.images.get("lab"),
    name: "lab/next",
    variantOf: "lab",
    requirements: "images/lab/next.txt",
    lock: "images/lab/lock.next.txt",
    variants: [],
  });
  expect(fleet.hubs.get("alpha")?.images.notebook).toBe("lab/next");
});

it("takes the Python from runtime.txt where image.yaml says none", () => {
  const fleet = aFleet()
    .withFile("images/lab/runtime.txt", "python-3.12.1\n")
    .withFile("images/hub/runtime.txt", "python-3.13\n")
    .build();

  expect([...fleet.images.values()].map(({ python }) => python)).toEqual(["3.13", "3.12"]);
});

it("knows what becomes of each file of an image", () => {
  const reading = aFleet()
    .withFile("images/lab/apt.txt", "graphviz\n")
    .withFile("images/lab/postBuild", "")
    .withFile("images/lab/setup.py", "")
    .read();

  const inputs = reading.fleet?.images
    .get("lab")
    ?.inputs.map(({ path, environment, container }) => [path, environment, container]);
  expect(inputs).toEqual([
    ["images/lab/requirements.txt", "carried out", "carried out"],
    ["images/lab/apt.txt", "not carried out", "carried out"],
    ["images/lab/postBuild", "not carried out", "carried out"],
    ["images/lab/setup.py", "not carried out", "not carried out"],
  ]);
  expect(reading.warnings.map(({ code, at }) => [code, at?.path])).toEqual([
    ["IMAGE_FILE_NOT_CARRIED", "images/lab/setup.py"],
  ]);
});

import { describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import type { Image } from "../../fleet/fleet.ts";
import { contextRules } from "./context-files.ts";

const fleet = aFleet()
  .withImage("lab", { variants: { next: { requirements: "requirements-next.txt" } } })
  .withFile("images/lab/requirements-next.txt", "dask\n")
  .build();
const [lab, next] = ["lab", "lab/next"].map((name) => fleet.images.get(name) as Image); // as just written
const family = [lab as Image, next as Image];
const generated = { isOwnDockerfile: false, family };

const paths = [
  "image.yaml",
  "requirements.txt",
  "requirements-next.txt",
  "lock.txt",
  "lock.next.txt",
  "README.md",
  "start",
  "data/.gitkeep",
  ".gitignore",
  ".dockerignore",
  "tests/test_a.py",
  "data/tests/x",
  "src/__pycache__/a.cpython-311.pyc",
  "b.pyc",
  ".ipynb_checkpoints/a.ipynb",
  "notes~",
];

describe("contextRules", () => {
  it("leaves out what never matters to a container", () => {
    const ignores = contextRules(lab as Image, { ...generated, isOwnDockerfile: true });

    expect(paths.filter((path) => !ignores(path))).toEqual([
      "requirements.txt",
      "requirements-next.txt",
      "lock.txt",
      "lock.next.txt",
      "README.md",
      "start",
      "data/.gitkeep",
      "data/tests/x",
    ]);
  });

  it.each([
    ["lab", lab, ["requirements-next.txt", "lock.next.txt"]],
    ["lab/next", next, ["requirements.txt", "lock.txt"]],
  ] as const)("keeps other variants' files from retagging %s", (_name, image, left) => {
    const ignores = contextRules(image as Image, generated);

    expect(["requirements.txt", "requirements-next.txt", "lock.txt", "lock.next.txt"].filter(ignores)).toEqual(
      ["requirements.txt", "requirements-next.txt", "lock.txt", "lock.next.txt"].filter((path) =>
        (left as readonly string[]).includes(path),
      ),
    );
  });

  it("leaves out what the image's .dockerignore says, which may take tests back in", () => {
    const ignores = contextRules(lab as Image, { ...generated, dockerignore: "\uFEFF*.md\n!tests/test_*\n" });

    expect(["README.md", "tests/test_a.py", "tests/data", "start"].map(ignores)).toEqual([true, false, true, false]);
  });
});

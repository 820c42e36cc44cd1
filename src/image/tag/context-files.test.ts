import { describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import type { Image } from "../../fleet/fleet.ts";
import { parseImageReference } from "../container/image-reference.ts";
import { type DockerfileFacts, renderDockerfile } from "../container/render-dockerfile.ts";
import { parseLock } from "../lock/parse-lock.ts";
import { contextRules } from "./context-files.ts";

const fleet = aFleet()
  .withImage("lab", { variants: { next: { requirements: "requirements-next.txt" } } })
  .withFile("images/lab/requirements-next.txt", "dask\n")
  .build();
const [lab, next] = ["lab", "lab/next"].map((name) => fleet.images.get(name) as Image); // as just written
const family = [lab as Image, next as Image];

/** What hubfleet really writes: which files it takes is read off that text. */
function generate(image: Image | undefined, facts: Partial<DockerfileFacts> = {}): string {
  const base = parseImageReference(`docker.io/library/python@sha256:${"b".repeat(64)}`);
  const none = { base, lock: parseLock("six==1.17.0 --hash=sha256:1\n"), aptPackages: [] };
  return renderDockerfile(image as Image, { ...none, hasPostBuild: false, hasStart: false, ...facts });
}

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
    const ignores = contextRules(lab as Image, { family });

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
  ] satisfies [string, Image | undefined, string[]][])(
    "keeps other variants' files from retagging %s",
    (_name, image, left) => {
      const generated = generate(image, { hasPostBuild: true });
      const ignores = contextRules(image as Image, { family, generated });

      const four = ["requirements.txt", "requirements-next.txt", "lock.txt", "lock.next.txt"];
      expect(four.filter((path) => ignores(path))).toEqual(left);
    },
  );

  it.each([
    ["lab", lab, "lock.txt"],
    ["lab/next", next, "lock.next.txt"],
  ] satisfies [string, Image | undefined, string][])(
    "sends of %s the lock, and nothing that a generated Dockerfile does not take",
    (_name, image, lock) => {
      const ignores = contextRules(image as Image, { family, generated: generate(image), dockerignore: "*.txt\n" });

      expect(paths.filter((path) => !ignores(path))).toEqual([lock]);
    },
  );

  it("leaves out what the image's .dockerignore says, which may take tests back in", () => {
    const ignores = contextRules(lab as Image, { family, dockerignore: "\uFEFF*.md\n!tests/test_*\n" });

    expect(["README.md", "tests/test_a.py", "tests/data", "start"].map(ignores)).toEqual([true, false, true, false]);
  });
});

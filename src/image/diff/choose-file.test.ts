import { expect, it } from "vitest";

import { chooseFile, filesOfVersion } from "./choose-file.ts";

const files = [
  "Pkg_Name-1.0-cp310-cp310-manylinux_2_17_x86_64.whl",
  "Pkg_Name-1.0-cp311-cp311-macosx_11_0_arm64.whl",
  "Pkg_Name-1.0-cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64.whl",
  "Pkg_Name-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
  "Pkg_Name-1.0-cp311-cp311-musllinux_1_1_x86_64.whl",
  "Pkg_Name-1.0-cp38-abi3-manylinux_2_17_x86_64.whl",
  "Pkg_Name-1.0-1-py3-none-any.whl",
  "pkg-name-1.0.tar.gz",
].map((filename) => ({ filename }));

it.each([
  ["3.11", "linux/amd64", files[3]],
  ["3.11", "linux/arm64", files[2]],
  ["3.12", "linux/amd64", files[5]],
  ["3.12", "linux/arm64", files[6]],
  [undefined, "linux/arm64", files[6]],
])("takes for Python %s on %s the wheel that fits best", (pythonMinor, platform, expected) => {
  expect(chooseFile(files, { pythonMinor, platform })).toBe(expected);
  expect(chooseFile(files.toReversed(), { pythonMinor, platform })).toBe(expected);
});

it("takes the source where no wheel fits, and nothing where there is none", () => {
  const target = { pythonMinor: "3.9", platform: "linux/arm64" };

  expect(
    chooseFile(
      [files[0], files[7]].filter((file) => file !== undefined),
      target,
    ),
  ).toBe(files[7]);
  expect(chooseFile(files.slice(0, 2), target)).toBeUndefined();
});

it("knows a version by the names of its files, however it is written", () => {
  const names = ["a-1.0.0-py3-none-any.whl", "a-1.0.tar.gz", "a-1.0.1.tar.gz", "a-b-1.0.zip", "notes.txt"];
  const found = filesOfVersion(
    names.map((filename) => ({ filename })),
    "1.0",
  );

  expect(found.map(({ filename }) => filename)).toEqual(["a-1.0.0-py3-none-any.whl", "a-1.0.tar.gz", "a-b-1.0.zip"]);
});

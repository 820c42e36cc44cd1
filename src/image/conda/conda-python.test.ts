import { expect, it } from "vitest";

import { parseLock } from "../lock/parse-lock.ts";
import { condaPlatforms, subdirOf } from "./conda-platform.ts";
import { condaPythonVersion, pythonMinorOf } from "./conda-python.ts";

it.each([
  ["python=3.11", "3.11"],
  ["python =3.11.7", "3.11"],
  ["python==3.11.7", "3.11"],
  ["python 3.11.*", "3.11"],
  ["python=3.11.*", "3.11"],
  ["python=3.11.7=h955ad1f_0", "3.11"],
  ["conda-forge::python=3.12", "3.12"],
  ["python", undefined],
  ["python >=3.11", undefined],
  ["python>=3.11,<3.13", undefined],
  ["python-dateutil=2.9", undefined],
  ["ipython=9.1", undefined],
])("%s fixes the minor %s", (spec, minor) => {
  expect(pythonMinorOf(spec)).toBe(minor);
});

it("a lock names the Python of each platform", () => {
  const lock = parseLock(
    `@conda linux-64 https://example.org/linux-64/python-3.11.7-h_0.conda sha256:${"0".repeat(64)}\n`,
  );

  expect(condaPythonVersion(lock, "linux-64")).toBe("3.11.7");
  expect(condaPythonVersion(lock, "linux-aarch64")).toBeUndefined();
});

it("platforms are solved in one order, with what is taken as given on them", () => {
  expect(condaPlatforms(["linux/arm64", "linux/amd64", "linux/arm64"]).map(({ subdir }) => subdir)).toEqual([
    "linux-64",
    "linux-aarch64",
  ]);
  expect(condaPlatforms(["linux/amd64"])[0]?.virtual).toContainEqual(["__glibc", "2.28", "0"]);
  expect(subdirOf("linux-x86_64")).toBe("linux-64");
  expect(subdirOf("macosx-14.0-arm64")).toBeUndefined();
});

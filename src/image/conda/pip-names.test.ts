import { expect, it } from "vitest";

import { pipConstraints } from "./pip-names.ts";

const subdirs = ["linux-64", "linux-aarch64"];

function packages(name: string, versions: Readonly<Record<string, string>>): Parameters<typeof pipConstraints>[0] {
  return Object.entries(versions).map(([subdir, version]) => ({ name, version, subdir }));
}

it("holds pip to what conda installs everywhere", () => {
  expect(
    pipConstraints(packages("matplotlib-base", { "linux-64": "3.10.1", "linux-aarch64": "3.10.1" }), subdirs),
  ).toEqual({
    constraints: ["matplotlib==3.10.1"],
    provided: ["matplotlib"],
  });
});

it("holds pip to each platform's version where they differ", () => {
  expect(pipConstraints(packages("numpy", { "linux-64": "2.3.5", "linux-aarch64": "2.3.4" }), subdirs)).toEqual({
    constraints: ["numpy==2.3.5 ; platform_machine == 'x86_64'", "numpy==2.3.4 ; platform_machine == 'aarch64'"],
    provided: ["numpy"],
  });
});

it("leaves to pip what conda has on one platform only, at conda's version there", () => {
  expect(pipConstraints(packages("numpy", { "linux-64": "2.3.5" }), subdirs)).toEqual({
    constraints: ["numpy==2.3.5 ; platform_machine == 'x86_64'"],
    provided: [],
  });
});

it("does not constrain by a version that the package index cannot have", () => {
  expect(pipConstraints(packages("tzdata", { "linux-64": "2026b", "linux-aarch64": "2026b" }), subdirs)).toEqual({
    constraints: [],
    provided: ["tzdata"],
  });
});

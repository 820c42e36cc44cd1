import { spawnSync } from "node:child_process";

import * as fc from "fast-check";
import { expect } from "vitest";

import { compareDebianVersions } from "../../src/image/version/debian-version.ts";
import { comparePythonVersions, parsePythonVersion } from "../../src/image/version/python-version.ts";
import { skipUnless, tool } from "../support/skip.ts";

/** pip carries a copy of `packaging`, where it is not installed by itself. */
const oracle = `
import json, sys
try:
    from packaging.version import InvalidVersion, Version
except ImportError:
    from pip._vendor.packaging.version import InvalidVersion, Version
def parse(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None
def compare(one, other):
    one, other = parse(one), parse(other)
    return None if one is None or other is None else (one > other) - (one < other)
print(json.dumps([compare(*pair) for pair in json.load(sys.stdin)]))
`;
const hasPackaging = spawnSync("python3", ["-c", oracle], { input: "[]" }).status === 0;

/** Versions of every shape, among them some that are nearly ones. */
const version = fc
  .tuple(
    fc.constantFrom("", "", "v", "1!", "0!"),
    fc
      .array(fc.constantFrom("0", "1", "2", "10", "2026", "007"), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join(".")),
    fc.constantFrom("", "", "a1", ".b.2", "-rc3", "c1", "alpha", "_preview4", "RC1", "x1"),
    fc.constantFrom("", "", ".post1", "-1", "r2", ".rev", "post"),
    fc.constantFrom("", "", ".dev0", "dev2", "-dev", "_dev3"),
    fc.constantFrom("", "", "+cpu", "+cu121", "+1.10", "+1-a", "+UBUNTU_1", "+"),
  )
  .map((parts) => parts.join(""));

skipUnless(hasPackaging, "python3 has no `packaging`")("orders versions as Python's own tools do", () => {
  const equal = [
    ["1.0", "1"],
    ["1.0-1", "1.post1"],
    ["1C1", "1rc.1"],
    ["1.0+a-1", "v1+A.1"],
  ] as const;
  const pairs = [...equal, ...fc.sample(fc.tuple(version, version), { numRuns: 5_000, seed: 20_261_121 })];
  const { stdout } = spawnSync("python3", ["-c", oracle], { input: JSON.stringify(pairs), maxBuffer: 10_000_000 });
  const expected = JSON.parse(stdout.toString()) as readonly (number | null)[];

  const found = pairs.map(([one, other]) => {
    const [left, right] = [parsePythonVersion(one), parsePythonVersion(other)];
    return left === undefined || right === undefined ? null : Math.sign(comparePythonVersions(left, right));
  });

  const differing = pairs.filter((_, index) => found[index] !== expected[index]);
  expect(differing).toEqual([]);
  expect(new Set(found)).toEqual(new Set([-1, 0, 1, null]));
});

skipUnless(tool("dpkg"), "dpkg is not installed")("orders versions as dpkg does", () => {
  const debian = fc
    .tuple(
      fc.constantFrom("", "", "1:", "10:"),
      fc.stringMatching(/^\d{1,2}(\.\d{1,3}){0,2}([~+][a-z]{1,3}\d?)?$/),
      fc.constantFrom("", "", "-1", "-1+deb12u1", "-1~bpo12+1", "-0ubuntu0.22.04.3", "+dfsg-2"),
    )
    .map((parts) => parts.join(""));
  const pairs = fc.sample(fc.tuple(debian, debian), { numRuns: 150, seed: 20_261_121 });
  const script =
    'while read -r one other; do for how in lt eq gt; do dpkg --compare-versions "$one" $how "$other" && echo $how; done; done';
  const { stdout } = spawnSync("sh", ["-c", script], { input: pairs.map((pair) => `${pair.join(" ")}\n`).join("") });

  const found = pairs.map(([one, other]) => ["lt", "eq", "gt"][1 + Math.sign(compareDebianVersions(one, other))]);

  expect(found).toEqual(stdout.toString().trim().split("\n"));
});

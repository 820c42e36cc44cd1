import * as fc from "fast-check";
import { expect, it } from "vitest";

import { compareDebianVersions } from "./debian-version.ts";
import { comparePythonVersions, parsePythonVersion } from "./python-version.ts";
import { debianStep, versionStep } from "./version-step.ts";

it.each([
  ["1.2.3", "2.0.0", "major up"],
  ["1.2.3", "1.3", "minor up"],
  ["1.2.3", "1.2.4", "patch up"],
  ["1.2.3.4", "1.2.3.5", "patch up"],
  ["0.4.1", "0.5.0", "minor up"],
  ["2.0", "1.9", "major down"],
  ["2.0", "2.0rc1", "pre down, to a pre-release"],
  ["2.0rc1", "2.0", "pre up"],
  ["2.0.dev3", "2.0.dev4", "pre up"],
  ["1.9", "2.0b1", "major up, to a pre-release"],
  ["1.0", "1.0.post1", "post up"],
  ["1.0+cpu", "1.0+cu121", "local up"],
  ["1!1.0", "2.0", "major down"],
  ["2025.12.1", "2026.3.0", "major up, calendar"],
  ["2026.1.0", "2026.3.0", "minor up, calendar"],
  ["20250101", "20260301", "major up, calendar"],
  ["24.1", "25.1", "major up"],
  ["1.1.1v", "1.1.1w", "other up"],
  ["2024a", "2025b", "major up, calendar"],
])("reads the step from %s to %s as %s", (from, to, expected) => {
  expect(words(from, to)).toBe(expected);
});

it.each([
  ["1.0", "1.0.0"],
  ["1.0-1", "1.0.post1"],
  ["1.0c1", "1.0.RC1"],
  ["v1.0", "1.0"],
  ["0!1.0", "1"],
  ["1.0+ubuntu-1", "1.0+ubuntu.1"],
])("knows that %s and %s are one version", (from, to) => {
  expect(versionStep(from, to)).toBeUndefined();
});

it("orders the labels of one release", () => {
  const ordered = [
    "1.dev0",
    "1a1.dev1",
    "1a1",
    "1a1.post1",
    "1b2",
    "1rc1",
    "1",
    "1+a",
    "1+1",
    "1.post1.dev2",
    "1.post1",
  ];

  expect(ordered.toReversed().toSorted(compareTexts)).toEqual(ordered);
});

it.each([
  ["1.0~rc1-1", "1.0-1"],
  ["1.0-1", "1.0-1+deb12u1"],
  ["9:1", "10:0.1"],
  ["1.2.9", "1.2.10"],
  ["1.0a", "1.0+"],
  ["2.36-9+deb12u9", "2.36-9+deb12u10"],
])("orders Debian's %s before %s", (older, newer) => {
  expect(compareDebianVersions(older, newer)).toBeLessThan(0);
  expect(debianStep(newer, older)?.direction).toBe("down");
  expect(debianStep(newer, newer)).toBeUndefined();
});

it("goes back as far as it went", () => {
  const version = fc.stringMatching(
    /^(\d!)?\d{1,4}(\.\d{1,2}){0,3}((a|b|rc)\d)?(\.post\d)?(\.dev\d)?(\+[a-z\d]{1,3})?$/,
  );
  fc.assert(
    fc.property(version, version, (from, to) => {
      const [there, back] = [versionStep(from, to), versionStep(to, from)];
      expect(there?.size).toBe(back?.size);
      const opposite = { up: "down", down: "up" } as const;
      expect(back?.direction).toBe(there === undefined ? undefined : opposite[there.direction]);
    }),
  );
});

function words(from: string, to: string): string {
  const step = versionStep(from, to);
  if (step === undefined) return "same";
  return `${step.size} ${step.direction}${step.isCalendar ? ", calendar" : ""}${step.toPreRelease ? ", to a pre-release" : ""}`;
}

function compareTexts(one: string, other: string): number {
  const [left, right] = [parsePythonVersion(one), parsePythonVersion(other)];
  if (left === undefined || right === undefined) throw new Error(`no version: ${one}, ${other}`);
  return comparePythonVersions(left, right);
}

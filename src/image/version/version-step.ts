import { compareDebianVersions } from "./debian-version.ts";
import { comparePythonVersions, compareReleases, parsePythonVersion, type PythonVersion } from "./python-version.ts";

/** How far a version moved. */
export interface VersionStep {
  /**
   * The first part that differs. An epoch counts as major. "pre", "post", "local": only that label of the same release;
   * "other": versions that have no such parts ("1.1.1w", "r3-beta").
   */
  readonly size: "major" | "minor" | "patch" | "pre" | "post" | "local" | "other";
  readonly direction: "up" | "down";
  /** The release begins with a year: its "major" is another year and promises nothing else. */
  readonly isCalendar: boolean;
  /** It goes to an alpha, beta, candidate or development version from one that was none. */
  readonly toPreRelease: boolean;
}

/** The step between two versions of a Python or conda package; undefined where they are the same one, however written. */
export function versionStep(from: string, to: string): VersionStep | undefined {
  const [left, right] = [parsePythonVersion(from), parsePythonVersion(to)];
  if (left === undefined || right === undefined) return stepByText(from, to);
  const order = comparePythonVersions(left, right);
  if (order === 0) return undefined;
  return {
    size: firstDifference(left, right),
    direction: order < 0 ? "up" : "down",
    isCalendar: isCalendar(left) && isCalendar(right),
    toPreRelease: isPreRelease(right) && !isPreRelease(left),
  };
}

/** The step between two versions of a Debian package, whose numbers mean what each upstream likes. */
export function debianStep(from: string, to: string): VersionStep | undefined {
  const order = compareDebianVersions(from, to);
  if (order === 0) return undefined;
  const direction = order < 0 ? "up" : "down";
  return { size: "other", direction, isCalendar: false, toPreRelease: false };
}

/** Conda's versions that PEP 440 does not take ("1.1.1w", "9e"): numbers count as numbers, the rest as text. */
function stepByText(from: string, to: string): VersionStep | undefined {
  if (from === to) return undefined;
  const [left, right] = [numbersOf(from), numbersOf(to)];
  const order = compareReleases(left, right) || from.localeCompare(to, "en", { numeric: true }) || (from < to ? -1 : 1);
  const size = compareReleases(left, right) === 0 ? "other" : releaseDifference(left, right);
  return { size, direction: order < 0 ? "up" : "down", isCalendar: false, toPreRelease: false };
}

function firstDifference(from: PythonVersion, to: PythonVersion): VersionStep["size"] {
  if (from.epoch !== to.epoch) return "major";
  if (compareReleases(from.release, to.release) !== 0) return releaseDifference(from.release, to.release);
  if (String(from.pre) !== String(to.pre)) return "pre";
  if (from.post !== to.post) return "post";
  return from.dev === to.dev ? "local" : "pre";
}

function releaseDifference(from: readonly bigint[], to: readonly bigint[]): "major" | "minor" | "patch" {
  if (from[0] !== to[0]) return "major";
  return (from[1] ?? 0n) === (to[1] ?? 0n) ? "patch" : "minor";
}

/** "2026.3.0" and "20260301", not "24.1": that may be a major of its own. */
function isCalendar({ release }: PythonVersion): boolean {
  const first = release[0] ?? 0n;
  return (first >= 1990n && first < 2100n) || (first >= 19_900_101n && first < 21_000_101n);
}

function isPreRelease({ pre, dev }: PythonVersion): boolean {
  return pre !== undefined || dev !== undefined;
}

function numbersOf(version: string): readonly bigint[] {
  return [...(/^[\d.]*/.exec(version)?.[0] ?? "").matchAll(/\d+/g)].map(([digits]) => BigInt(digits));
}

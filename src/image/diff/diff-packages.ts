import { versionStep } from "../version/version-step.ts";
import type { Pin } from "./image-contents.ts";
import { comparePins, type PackageChange } from "./package-change.ts";

/** All packages that differ, the most important first. The order in which either side names them does not count. */
export function diffPackages(before: readonly Pin[], after: readonly Pin[]): readonly PackageChange[] {
  const [left, right] = [Map.groupBy(before, ({ name }) => name), Map.groupBy(after, ({ name }) => name)];
  return [...left.keys()]
    .concat([...right.keys()].filter((name) => !left.has(name)))
    .flatMap((name) =>
      pairOff(left.get(name) ?? [], right.get(name) ?? []).flatMap(([from, to]) => comparePins(name, from, to) ?? []),
    )
    .sort(byImportance);
}

type Pair = readonly [from: Pin | undefined, to: Pin | undefined];

/**
 * Which pin became which, for a package that has several: the same ones first, then those for the same platform, then
 * what is left, in the order of versions.
 */
function pairOff(before: readonly Pin[], after: readonly Pin[]): readonly Pair[] {
  const left = [...unique(before)];
  const right = [...unique(after)];
  const pairs: Pair[] = [];
  for (const isMatch of [isSame, isForSamePlatform, always]) {
    for (const from of [...left]) {
      const index = right.findIndex((to) => isMatch(from, to));
      const to = right[index];
      if (to === undefined) continue;
      pairs.push([from, to]);
      right.splice(index, 1);
      left.splice(left.indexOf(from), 1);
    }
  }
  return [...pairs, ...left.map((from): Pair => [from, undefined]), ...right.map((to): Pair => [undefined, to])];
}

function unique(pins: readonly Pin[]): readonly Pin[] {
  const byKey = new Map(pins.map((pin) => [JSON.stringify([pin.version, pin.marker, pin.source]), pin]));
  return [...byKey]
    .sort(([one, pin], [other, than]) => byVersion(pin, than) || (one < other ? -1 : 1))
    .map(([, pin]) => pin);
}

function byVersion(one: Pin, other: Pin): number {
  const step = versionStep(one.version ?? "", other.version ?? "");
  if (step === undefined) return 0;
  return step.direction === "up" ? -1 : 1;
}

function isSame(one: Pin, other: Pin): boolean {
  return isForSamePlatform(one, other) && one.version === other.version && one.source.kind === other.source.kind;
}

function isForSamePlatform(one: Pin, other: Pin): boolean {
  return one.marker === other.marker;
}

function always(): boolean {
  return true;
}

/** Pair packages, then what people asked for, then the rest; in each the ones that may break something first. */
function byImportance(one: PackageChange, other: PackageChange): number {
  return rank(one) - rank(other) || gravity(one) - gravity(other) || compareText(keyOf(one), keyOf(other));
}

function rank({ isPair, isDirect }: PackageChange): number {
  if (isPair) return 0;
  return isDirect === true ? 1 : 2;
}

function gravity({ from, to, step, aspects }: PackageChange): number {
  if (to === undefined) return 0;
  if (step?.direction === "down") return 1;
  if (step?.size === "major") return 2;
  if (aspects.includes("source")) return 3;
  return from === undefined || step === undefined ? 5 : 4;
}

function keyOf({ name, from, to }: PackageChange): string {
  return [name, (to ?? from)?.marker ?? "", from?.version ?? "", to?.version ?? ""].join("\0");
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

import { diffPackages } from "./diff-packages.ts";
import type { EnvironmentContents, ImageContents } from "./image-contents.ts";
import type { EnvironmentDifference, ImageDifference, Side } from "./image-difference.ts";
import { markerHolds } from "./marker.ts";
import { diffSettings } from "./diff-settings.ts";

/** Compares two images by what they hold. Pure; what nobody could find out is said as a remark, never taken for equal. */
export function diffImages(first: ImageContents, second: ImageContents): ImageDifference {
  const [before, after] = [onPlatformOf(first, second), onPlatformOf(second, first)];
  const system =
    before.system === undefined || after.system === undefined ? undefined : diffPackages(before.system, after.system);
  return {
    version: 1,
    before: sideOf(before),
    after: sideOf(after),
    environments: pairEnvironments(before, after).flatMap(([from, to]) => diffEnvironments(from, to) ?? []),
    system,
    settings:
      before.settings === undefined || after.settings === undefined
        ? []
        : diffSettings(before.settings, after.settings),
    index: { kind: "not-asked", because: "nobody asked it yet" },
    remarks: [...new Set([...before.remarks, ...after.remarks, ...remarksOn(before, after)])],
  };
}

function sideOf({ name, from, platform, platforms, size, environments }: ImageContents): Side {
  const packages = new Set(environments.flatMap((one) => one.packages.map((pin) => `${one.prefix} ${pin.name}`))).size;
  return { name, from, platform, platforms, size, packages };
}

/** A lock holds for all platforms; of one that is compared with a container, only what is wanted there counts. */
function onPlatformOf(side: ImageContents, other: ImageContents): ImageContents {
  if (side.from !== "lock" || other.from !== "container" || other.platform === undefined) return side;
  const { platform } = other;
  const python = other.environments.toSorted((one, than) => than.packages.length - one.packages.length)[0]?.python;
  const environments = side.environments.map((environment) => ({
    ...environment,
    packages: environment.packages.flatMap((pin) => {
      const holds = markerHolds(pin.marker, { python: python ?? environment.python, platform });
      // Where nobody can tell, it is shown with its marker.
      return holds === false ? [] : [holds === true ? { ...pin, marker: undefined } : pin];
    }),
  }));
  return { ...side, environments };
}

type Pair = readonly [EnvironmentContents | undefined, EnvironmentContents | undefined];

/** Environments at the same place are the same; a lock is compared with the largest one. */
function pairEnvironments(before: ImageContents, after: ImageContents): readonly Pair[] {
  const left = bySize(before.environments);
  const right = bySize(after.environments);
  const samePlace = left.flatMap((from): readonly Pair[] => {
    const to = right.find(({ prefix }) => prefix === from.prefix);
    return to === undefined ? [] : [[from, to]];
  });
  const paired = new Set(samePlace.flat());
  const [leftRest, rightRest] = [left.filter((one) => !paired.has(one)), right.filter((one) => !paired.has(one))];
  const [from, to] = [leftRest[0], rightRest[0]];
  // A lock fits any place; what else lies in a container is none of its business.
  const isOneLock = before.from !== after.from;
  // Two places in two containers are one environment only where there is no choice.
  if (isOneLock || (leftRest.length === 1 && rightRest.length === 1)) return [...samePlace, [from, to]];
  return [
    ...samePlace,
    ...leftRest.map((one): Pair => [one, undefined]),
    ...rightRest.map((one): Pair => [undefined, one]),
  ];
}

function bySize(environments: readonly EnvironmentContents[]): readonly EnvironmentContents[] {
  return environments.toSorted(
    (one, other) => other.packages.length - one.packages.length || ((one.prefix ?? "") < (other.prefix ?? "") ? -1 : 1),
  );
}

function diffEnvironments(
  from: EnvironmentContents | undefined,
  to: EnvironmentContents | undefined,
): EnvironmentDifference | undefined {
  if (from === undefined && to === undefined) return undefined;
  const python = { from: from?.python, to: to?.python, isOther: isOtherPython(from?.python, to?.python) };
  const packages = diffPackages(from?.packages ?? [], to?.packages ?? []);
  const prefix = to?.prefix ?? from?.prefix;
  if (from === undefined || to === undefined) {
    return { prefix, kind: from === undefined ? "added" : "removed", python: { ...python, isOther: false }, packages };
  }
  const isMoved = from.prefix !== undefined && to.prefix !== undefined && from.prefix !== to.prefix;
  if (!isMoved && packages.length === 0 && !python.isOther) return undefined;
  return isMoved && from.prefix !== undefined
    ? { prefix, kind: "moved", movedFrom: from.prefix, python, packages }
    : { prefix, kind: "changed", python, packages };
}

/** A lock says only the minor, so a patch counts only where both sides have one. */
function isOtherPython(from: string | undefined, to: string | undefined): boolean {
  if (from === undefined || to === undefined) return false;
  const [left, right] = [from.split("."), to.split(".")];
  const shared = Math.min(left.length, right.length);
  return left.slice(0, shared).join(".") !== right.slice(0, shared).join(".");
}

function remarksOn(before: ImageContents, after: ImageContents): readonly string[] {
  const remarks: string[] = [];
  if (before.from !== after.from) {
    const [lock, container] = before.from === "lock" ? [before, after] : [after, before];
    remarks.push(
      `${lock.name} is a lock and ${container.name} a container: what the container has beside Python packages is not compared`,
    );
    if (container.environments.length > 1) {
      remarks.push(`the lock is compared with the largest environment of ${container.environments.length}`);
    }
  }
  if (before.platform !== undefined && after.platform !== undefined && before.platform !== after.platform) {
    remarks.push(`the platforms differ: ${before.platform} before, ${after.platform} after`);
  }
  const [lost, gained] = [missing(before.platforms, after.platforms), missing(after.platforms, before.platforms)];
  if (before.platforms.length > 0 && after.platforms.length > 0) {
    if (lost.length > 0) remarks.push(`no longer built for ${lost.join(", ")}`);
    if (gained.length > 0) remarks.push(`now also built for ${gained.join(", ")}`);
  }
  return remarks;
}

function missing(from: readonly string[], than: readonly string[]): readonly string[] {
  return from.filter((one) => !than.includes(one));
}

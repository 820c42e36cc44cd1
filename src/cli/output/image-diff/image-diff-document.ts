import type { Pin } from "../../../image/diff/image-contents.ts";
import { type ImageDifference, isEmptyDifference } from "../../../image/diff/image-difference.ts";
import { describeKind } from "../../../image/diff/describe-change.ts";
import type { PackageChange } from "../../../image/diff/package-change.ts";

/**
 * What `-o json` prints: the difference, without the hashes, which are thousands. `null` says that a side has no such
 * thing; a fact that is not known is left out.
 */
export function imageDifferenceDocument(difference: ImageDifference): object {
  const { environments, system, ...rest } = difference;
  return {
    ...rest,
    isEmpty: isEmptyDifference(difference),
    environments: environments.map(({ prefix = null, packages, ...environment }) => ({
      prefix,
      ...environment,
      packages: packages.map(changeDocument),
    })),
    system: system?.map(changeDocument) ?? null,
  };
}

function changeDocument(change: PackageChange): object {
  const { from, to, ...rest } = change;
  return { ...rest, kind: describeKind(change), from: pinDocument(from), to: pinDocument(to) };
}

function pinDocument(pin: Pin | undefined): object | null {
  if (pin === undefined) return null;
  const { version, source, marker, isDirect, requiredBy } = pin;
  return { version: version ?? null, source, marker: marker ?? null, isDirect, requiredBy };
}

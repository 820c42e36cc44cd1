import { describeChange, describePin } from "../image/diff/describe-change.ts";
import { diffPackages } from "../image/diff/diff-packages.ts";
import type { Pin } from "../image/diff/image-contents.ts";
import { lockContents } from "../image/diff/lock-contents.ts";

/**
 * What differs between two locks, in one line: "numpy 2.3.5 → 2.4.6, − xarray, + scipy 1.17.0". The most important
 * first; `hubfleet image diff` tells all of it.
 */
export function describeLockDifference(before: string, after: string): string {
  const words = diffPackages(pinsOf(before), pinsOf(after)).map(describeChange);
  if (words.length === 0) return "same packages";
  const shown = words.slice(0, 6).join(", ");
  return words.length > 6 ? `${shown} and ${words.length - 6} more` : shown;
}

/** Package → version, as a lock pins them; of one that is pinned differently by platform, the last one. */
export function pins(lock: string): ReadonlyMap<string, string> {
  return new Map(pinsOf(lock).map((pin) => [pin.name, describePin(pin)]));
}

function pinsOf(lock: string): readonly Pin[] {
  const size = { kind: "unknown", because: "" } as const;
  return lockContents(lock, { name: "lock", size }).environments.flatMap(({ packages }) => packages);
}

import { stateLayout } from "../evidence/state-layout.ts";
import type { Bundle } from "./bundle.ts";
import { findBundle } from "./read-bundles.ts";

type Files = ReadonlyMap<string, string>;

/** Whether any bundle was ever made. */
export function hasBundles(files: Files): boolean {
  for (const path of files.keys()) if (path.startsWith(stateLayout.bundles)) return true;
  return false;
}

/**
 * The bundle that was made last, of those that are wanted. Ids begin with the day, so that years of bundles need not be
 * read for it. @throws as `findBundle` for a damaged one of that day
 */
export function latestBundle(files: Files, isWanted: (bundle: Bundle) => boolean = () => true): Bundle | undefined {
  const days = Map.groupBy(bundleIds(files), (id) => id.split("-", 1)[0] ?? "");
  for (const day of [...days.keys()].reverse()) {
    const wanted = (days.get(day) ?? []).map((id) => findBundle(files, id)).filter(isWanted);
    const [latest] = wanted.toSorted((one, other) => madeAt(other) - madeAt(one) || followsFirst(one, other));
    if (latest !== undefined) return latest;
  }
  return undefined;
}

/** The id of the bundle that has a digest, by its beginning, which ends the id; undefined: there is none. */
export function bundleId(files: Files, digest: string): string | undefined {
  const end = `-${digest.slice("sha256:".length, "sha256:".length + 8)}`;
  return bundleIds(files).find((id) => id.endsWith(end));
}

function bundleIds(files: Files): readonly string[] {
  return [...files.keys()]
    .filter((path) => path.startsWith(stateLayout.bundles))
    .map((path) => path.slice(stateLayout.bundles.length).replace(/\.yaml$/, ""))
    .sort();
}

/** Of two that were made in the same moment. */
function followsFirst(one: Bundle, other: Bundle): number {
  if (one.document.parent?.id === other.id) return -1;
  if (other.document.parent?.id === one.id) return 1;
  return one.id < other.id ? 1 : -1;
}

function madeAt({ document }: Bundle): number {
  return Date.parse(document.madeAt);
}

import { type LockedSource, parseLock } from "../image/lock/parse-lock.ts";

/**
 * What differs between two locks, in one line: "+ scipy 1.17.0, numpy 2.3.5 → 2.4.6, − xarray". A package that is
 * pinned differently by platform counts with its last pin.
 */
export function describeLockDifference(before: string, after: string): string {
  const left = pins(before);
  const right = pins(after);
  const names = [...new Set([...left.keys(), ...right.keys()])].sort();
  const words = names.flatMap((name) => {
    const [was, is] = [left.get(name), right.get(name)];
    if (was === is) return [];
    if (was === undefined) return [`+ ${name} ${is}`];
    return is === undefined ? [`− ${name}`] : [`${name} ${was} → ${is}`];
  });
  if (words.length === 0) return "same packages";
  const shown = words.slice(0, 6).join(", ");
  return words.length > 6 ? `${shown} and ${words.length - 6} more` : shown;
}

/** Package → version, as a lock pins them: the commit's first digits of one from Git, the address of one from elsewhere. */
export function pins(lock: string): ReadonlyMap<string, string> {
  const { conda, packages } = parseLock(lock);
  return new Map([
    ...conda.map(({ name, version }) => [name, version] as const),
    ...packages.map((locked) => [locked.name, locked.version ?? sourceVersion(locked.source)] as const),
  ]);
}

function sourceVersion(source: LockedSource): string {
  switch (source.kind) {
    case "git":
      return `commit ${source.commit.slice(0, 10)}`;
    case "url":
      return source.url;
    case "index":
      return "";
  }
}

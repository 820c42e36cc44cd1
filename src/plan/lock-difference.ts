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

/** Package → version, as a lock pins them. */
export function pins(lock: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const match of lock.matchAll(/^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)/gm)) {
    if (match[1] !== undefined && match[2] !== undefined) found.set(match[1].toLowerCase(), match[2]);
  }
  return found;
}

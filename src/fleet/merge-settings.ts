/** Settings as a layer or the merged whole has them: plain data in the words of the files. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * Lays `upper` over `lower`. Neither is changed.
 *
 * | value          | result |
 * | -------------- | ------ |
 * | map over map   | merged key by key |
 * | profiles       | merged by id, in the order in which the ids first appear |
 * | access.login, network.entry, network.https | replaced as a whole: the keys of two kinds do not mix |
 * | anything else  | replaced, lists included |
 */
export function mergeSettings(lower: Settings, upper: Settings): Settings {
  return mergeMaps(lower, upper, "");
}

const kinds: ReadonlySet<string> = new Set(["access.login", "network.entry", "network.https"]);

export function isMap(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mergeMaps(lower: Settings, upper: Settings, path: string): Settings {
  const merged = Object.create(null) as Record<string, unknown>; // no prototype: keys are only keys
  for (const [key, value] of Object.entries(lower)) merged[key] = value;
  for (const [key, value] of Object.entries(upper)) {
    const below = path === "" ? key : `${path}.${key}`;
    merged[key] = mergeValues(Object.hasOwn(merged, key) ? merged[key] : undefined, value, below);
  }
  return merged;
}

function mergeValues(lower: unknown, upper: unknown, path: string): unknown {
  if (kinds.has(path)) return upper;
  if (path === "profiles" && Array.isArray(lower) && Array.isArray(upper)) return mergeProfiles(lower, upper);
  return isMap(lower) && isMap(upper) ? mergeMaps(lower, upper, path) : upper;
}

function mergeProfiles(lower: readonly unknown[], upper: readonly unknown[]): readonly unknown[] {
  const merged = new Map<unknown, Settings>();
  for (const profile of [...lower, ...upper]) {
    if (!isMap(profile)) continue;
    const id = profile["id"];
    merged.set(id, mergeMaps(merged.get(id) ?? {}, profile, "profiles[]"));
  }
  return [...merged.values()];
}

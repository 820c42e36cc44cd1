/** A single value. */
export interface SettingLeaf {
  readonly value: unknown;
  /** As its origin has it: lists by place. */
  readonly written: readonly (string | number)[];
}

/** Single values by path; profiles and other lists of named things by name. */
export function flattenSettings(value: unknown): ReadonlyMap<string, SettingLeaf> {
  const leaves = new Map<string, SettingLeaf>();
  const walk = (inner: unknown, path: readonly string[], written: readonly (string | number)[]): void => {
    const entries = entriesOf(inner);
    if (entries === undefined) leaves.set(path.join("."), { value: inner, written });
    else for (const [name, key, below] of entries) walk(below, [...path, name], [...written, key]);
  };
  walk(value, [], []);
  leaves.delete("");
  return leaves;
}

function entriesOf(value: unknown): (readonly [string, string | number, unknown])[] | undefined {
  if (Array.isArray(value)) {
    const named = value.map((item: unknown) => (Object(item) as { readonly id?: unknown }).id); // any shape
    return value.length > 0 && named.every((id) => typeof id === "string")
      ? value.map((item: unknown, index) => [String(named[index]), index, item] as const)
      : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value).map(([key, inner]) => [key, key, inner] as const);
  return entries.length === 0 ? undefined : entries;
}

interface Linked {
  readonly parents: readonly string[];
}

/**
 * Names of these records and of all that are before them, as far as they are there. Without recursion: lines are longer than
 * the stack is deep.
 */
export function recordsBefore(
  names: Iterable<string>,
  linkOf: (name: string) => Linked | undefined,
): ReadonlySet<string> {
  const seen = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const record = linkOf(name);
    if (record === undefined || seen.has(name)) continue;
    seen.add(name);
    waiting.push(...record.parents);
  }
  return seen;
}

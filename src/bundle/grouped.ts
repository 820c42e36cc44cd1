/** Items with the same key, in the order of the first of each. Most often all have the same, which costs nothing. */
export function grouped<Item>(items: readonly Item[], key: (item: Item) => unknown): readonly (readonly Item[])[] {
  const [first] = items;
  if (first === undefined) return [];
  const one = key(first);
  return items.every((item) => key(item) === one) ? [items] : [...Map.groupBy(items, key).values()];
}

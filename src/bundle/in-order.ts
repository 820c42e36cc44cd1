/** The items in order; themselves when they are in it already, as records most often are. */
export function inOrder<Item>(items: readonly Item[], compare: (one: Item, other: Item) => number): readonly Item[] {
  for (let index = 1; index < items.length; index += 1) {
    const [one, other] = [items[index - 1] as Item, items[index] as Item]; // within its length
    if (compare(one, other) > 0) return items.toSorted(compare);
  }
  return items;
}

/**
 * What people feel of a change.
 *
 * | effect | meaning |
 * | ------ | ------- |
 * | none | nobody notices |
 * | new servers only | servers and Dask clusters started from now on differ; running ones stay as they are |
 * | hub restarts | logging in and starting servers or Dask clusters pauses for seconds; running ones go on |
 * | proxy restarts | every connection breaks and comes back within seconds; servers go on |
 * | servers end | running servers or Dask clusters of the users named stop |
 * | data at risk | homes or the hub's database can be lost |
 */
export const effects = [
  "none",
  "new servers only",
  "hub restarts",
  "proxy restarts",
  "servers end",
  "data at risk",
] as const;

export type Effect = (typeof effects)[number];

/** The one that hurts most. */
export function worstEffect(set: readonly Effect[]): Effect {
  return effects.findLast((effect) => set.includes(effect)) ?? "none";
}

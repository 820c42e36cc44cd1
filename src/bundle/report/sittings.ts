/** A time during which somebody did one thing after the other. */
export interface Sitting {
  readonly from: number;
  readonly to: number;
}

/** What is further apart belongs to two sittings. */
export const sittingGapMilliseconds = 30 * 60_000;

/** Moments of one person, put together. A sitting of a single moment has no length: nobody knows how long it took. */
export function sittingsOf(moments: readonly number[]): readonly Sitting[] {
  const sittings: Sitting[] = [];
  for (const at of moments.toSorted((one, other) => one - other)) {
    const last = sittings.at(-1);
    if (last !== undefined && at - last.to <= sittingGapMilliseconds)
      sittings.splice(-1, 1, { from: last.from, to: at });
    else sittings.push({ from: at, to: at });
  }
  return sittings;
}

/** A hub or stage kept where it is. Apply, promote and what runs by itself leave it alone. */
export interface Hold {
  readonly target: `hub/${string}` | `stage/${string}`;
  readonly reason: string;
  readonly owner: string;
  readonly since: number;
  /** From this moment on it holds no more; milliseconds since 1970. */
  readonly until: number;
  /** What was there when it began, and stays: a bundle's id. */
  readonly bundle?: string;
}

export function isStanding(hold: Hold, now: number): boolean {
  return now < hold.until;
}

/** The holds that keep a hub where it is: its own and those of its stage. */
export function holdsOf(
  hub: { readonly name: string; readonly stage: string },
  holds: readonly Hold[],
  now: number,
): readonly Hold[] {
  const targets: readonly string[] = [`hub/${hub.name}`, `stage/${hub.stage}`];
  return holds.filter((hold) => isStanding(hold, now) && targets.includes(hold.target));
}

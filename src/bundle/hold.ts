import { momentWords } from "./words.ts";

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
  /** It was sent back there from this, by `rollback`: a bundle's id, or "nothing". */
  readonly from?: string;
}

export function isStanding(hold: Hold, now: number): boolean {
  return now < hold.until;
}

/** The holds that keep a hub where it is: its own, also under its old name, and those of its stage. */
export function holdsOf(
  hub: { readonly name: string; readonly stage: string; readonly renamedFrom?: string | undefined },
  holds: readonly Hold[],
  now: number,
): readonly Hold[] {
  const before = hub.renamedFrom === undefined ? [] : [`hub/${hub.renamedFrom}`];
  const targets: readonly string[] = [`hub/${hub.name}`, ...before, `stage/${hub.stage}`];
  return holds.filter((hold) => isStanding(hold, now) && targets.includes(hold.target));
}

/** "ada holds stage/production until 2026-12-18 00:00 UTC: exam week" */
export function holdWords({ owner, target, until, reason }: Hold): string {
  return `${owner} holds ${target} until ${momentWords(until)}: ${reason}`;
}

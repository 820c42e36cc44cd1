import type { Random } from "../../ports/random.ts";

const first = 200;
const longest = 4000;

/** Milliseconds before an attempt: any time up to a limit that doubles, so that those who raced spread out. */
export function createRetryDelay(random: Pick<Random, "hex">): (attempt: number) => number {
  return (attempt) => {
    const fraction = Number.parseInt(random.hex(4), 16) / 2 ** 32;
    return Math.floor(fraction * Math.min(longest, first * 2 ** (attempt - 1)));
  };
}

import type { Random } from "../../ports/random.ts";

/** Counts instead of drawing: the same calls give the same values, and no two values are the same. */
export function createRandomMemory(): Random {
  let drawn = 0;
  const hex = (bytes: number): string =>
    (++drawn)
      .toString(16)
      .padStart(bytes * 2, "0")
      .slice(-bytes * 2);
  return {
    hex,
    uuid() {
      const digits = hex(16);
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
  };
}

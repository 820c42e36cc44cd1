import { InvalidArgumentError } from "commander";

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of "90s", "10m", "1h". */
export function parseTime(text: string): number {
  const match = /^(\d+)([smh])$/.exec(text);
  if (match === null) throw new InvalidArgumentError("a time, written 90s, 10m or 1h");
  return Number(match[1]) * (units[match[2] ?? ""] ?? 0);
}

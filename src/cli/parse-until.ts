import { InvalidArgumentError } from "commander";

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A moment to come: "90m", "12h", "7d" from now, a date ("2026-12-24": the end of that day, UTC), or a date with a time
 * ("2026-12-24T18:00Z").
 */
export function parseUntil(text: string, now: Date): Date {
  const span = /^(\d+)([mhd])$/.exec(text);
  if (span !== null) return requireFuture(new Date(now.getTime() + Number(span[1]) * (units[span[2] ?? ""] ?? 0)), now);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const start = isDay || isMoment ? new Date(text) : new Date(Number.NaN);
  const isReal = !Number.isNaN(start.getTime()) && (!isDay || start.toISOString().startsWith(text));
  if (!isReal) throw new InvalidArgumentError("write 12h, 7d, 2026-12-24, or 2026-12-24T18:00Z");
  return requireFuture(isDay ? new Date(start.getTime() + 86_400_000) : start, now);
}

function requireFuture(moment: Date, now: Date): Date {
  if (moment > now) return moment;
  throw new InvalidArgumentError(`${moment.toISOString().slice(0, 16)}Z is over already`);
}

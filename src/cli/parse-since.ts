import { InvalidArgumentError } from "commander";

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment that is over: "90m", "12h", "7d" ago, a date ("2026-11-21": its beginning, UTC), or a date with a time. */
export function parseSince(text: string, now: Date): Date {
  const span = /^(\d{1,6})([mhd])$/.exec(text);
  if (span !== null) return new Date(now.getTime() - Number(span[1]) * (units[span[2] ?? ""] ?? 0));
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const moment = new Date(isDay || isMoment ? text : Number.NaN);
  const isReal = !Number.isNaN(moment.getTime()) && (!isDay || moment.toISOString().startsWith(text));
  if (!isReal) throw new InvalidArgumentError("write 12h, 7d, 2026-11-21, or 2026-11-21T18:00Z");
  return moment;
}

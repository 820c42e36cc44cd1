/** A date or a date with a time, as clocks in some place show it: "2026-12-24", "2026-12-24T18:00". */
export type LocalTime = string;

const localTime = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?$/;
const dayMilliseconds = 86_400_000;

/** Whether the calendar and the clock have it: not 30 February, not 25:00. The text has the form of a local time. */
export function isOnCalendar(local: LocalTime): boolean {
  const [year, month, day, hour, minute] = fields(local);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60;
}

export function isTimeZone(name: string): boolean {
  return zoneFormat(name) !== undefined;
}

/**
 * When a place's clocks show a time, in milliseconds since 1970. A date alone is its first moment, and as an end the
 * first moment of the next day. Where clocks show a time twice, or skip it, a start is the earlier reading and an end
 * the later one, so that a window is never shorter than written.
 *
 * | clocks         | start | end |
 * | -------------- | ----- | --- |
 * | show it once   | then  | then |
 * | show it twice  | the first time | the second time |
 * | skip it        | as if they had gone forward already | as if they had not yet |
 */
export function zonedInstant(local: LocalTime, timeZone: string, edge: "start" | "end"): number {
  const [year, month, day, hour, minute] = fields(local);
  const isWholeDay = !local.includes("T");
  const shown = Date.UTC(year, month - 1, isWholeDay && edge === "end" ? day + 1 : day, hour, minute);
  // No place's clocks differ from UTC by more than a day, so its rules before and after are at hand there.
  const offsets = [shown - 1.5 * dayMilliseconds, shown + 1.5 * dayMilliseconds].map((at) => offsetAt(at, timeZone));
  const readings = offsets.map((offset) => shown - offset);
  const real = readings.filter((at) => at + offsetAt(at, timeZone) === shown);
  const possible = real.length > 0 ? real : readings;
  return edge === "start" ? Math.min(...possible) : Math.max(...possible);
}

function fields(local: LocalTime): [number, number, number, number, number] {
  const [, year, month, day, hour = "0", minute = "0"] = localTime.exec(local) ?? [];
  return [Number(year), Number(month), Number(day), Number(hour), Number(minute)];
}

/** How far a place's clocks are ahead of UTC at a moment. */
function offsetAt(instant: number, timeZone: string): number {
  const whole = Math.floor(instant / 1000) * 1000;
  const parts = zoneFormat(timeZone)?.formatToParts(whole) ?? [];
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return shown - whole;
}

function zoneFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return undefined; // the platform's only way to say that it does not know the place
  }
}

/** "from 2026-10-01 to 2026-11-01 10:30 UTC" */
export function timeWords({ since, until }: { readonly since: number; readonly until: number }): string {
  return `from ${minuteOf(since)} to ${minuteOf(until)} UTC`;
}

/** "2026-10-01 10:30"; of a day's beginning the day alone. */
export function minuteOf(at: number): string {
  const text = new Date(at).toISOString().slice(0, 16).replace("T", " ");
  return text.endsWith(" 00:00") ? text.slice(0, 10) : text;
}

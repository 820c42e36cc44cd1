const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** "3 d 4 h", "12 min", "0 s": the two largest units, never more than it is. */
export function durationWords(milliseconds: number): string {
  const whole = Math.max(0, Math.floor(milliseconds / 1000) * 1000);
  const first = units.findIndex(([, size]) => whole >= size);
  if (first === -1) return "0 s";
  let left = whole;
  const words = units.slice(first, first + 2).flatMap(([unit, size]) => {
    const number = Math.floor(left / size);
    left -= number * size;
    return number === 0 ? [] : [`${number} ${unit}`];
  });
  return words.join(" ");
}

/** "2026-11-21 17:38:26 UTC", with a second begun rounded up: nobody is told to come too early. */
export function momentWords(at: number): string {
  const whole = new Date(Math.ceil(at / 1000) * 1000);
  return Number.isNaN(whole.getTime()) ? "no date" : `${whole.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** "1 hub", "2 hubs" */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** "a", "a and b", "a, b and c" */
export function listWords(words: readonly string[], last: "and" | "or" = "and"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

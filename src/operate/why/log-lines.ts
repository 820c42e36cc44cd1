/** When a line of a hub's or gateway's log was written ("[E 2026-11-21 12:32:26.678 …"), in this machine's time zone. */
export function timeOf(line: string | undefined): Date | undefined {
  const match = /^\[[A-Z] (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})/.exec(line ?? "");
  return match === null ? undefined : new Date(`${match[1]}T${match[2]}`);
}

/** The last line that matches, and the time of the nearest line before it that has one. */
export function findLast(
  lines: readonly string[],
  pattern: RegExp,
): { readonly line: string; readonly match: RegExpExecArray; readonly at: Date | undefined } | undefined {
  for (let index = lines.length - 1; index >= 0; index--) {
    const match = pattern.exec(lines[index] ?? "");
    if (match === null) continue;
    const timed = lines.slice(0, index + 1).findLast((line) => timeOf(line) !== undefined);
    return { line: (lines[index] ?? "").trim(), match, at: timeOf(timed) };
  }
  return undefined;
}

/** Whether a program ended because of something that it said, rather than by being ended from outside. */
export function saysItFailed(lines: readonly string[]): boolean {
  return lines
    .slice(-30)
    .some((line) =>
      /^\[C |Traceback \(most recent|^\s*[\w.]*(Error|Exception)\b.*:|Uncaught Exception|^Error:/.test(line),
    );
}

/** The end of a log that is worth showing: without requests that went well. */
export function lastWords(lines: readonly string[], count: number): readonly string[] {
  return lines
    .filter((line) => line.trim() !== "" && !/ log:\d+\] (2|3)\d\d /.test(line))
    .slice(-count)
    .map((line) => line.trimEnd());
}

import type { FileChange } from "./pin-base.ts";

const contextLines = 3;

/** What changed in files, as Git shows it; empty where nothing did. */
export function renderDiff(changes: readonly FileChange[]): string {
  return changes
    .filter(({ before, after }) => before !== after)
    .map(
      ({ path, before, after }) => `--- a/${path}\n+++ b/${path}\n${hunks(linesOf(before), linesOf(after)).join("")}`,
    )
    .join("");
}

/** A splice changes few lines and seldom their number: what differs between equal lines is one hunk. */
function hunks(before: readonly string[], after: readonly string[]): string[] {
  const changed = before.length === after.length ? changedRuns(before, after) : [changedMiddle(before, after)];
  const grouped: (readonly [number, number])[] = [];
  for (const [start, end] of changed) {
    const last = grouped.at(-1);
    if (last !== undefined && start - last[1] <= 2 * contextLines) grouped[grouped.length - 1] = [last[0], end];
    else grouped.push([start, end]);
  }
  return grouped.map(([start, end]) => hunk(before, after, start, end));
}

function changedRuns(before: readonly string[], after: readonly string[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const [index, line] of before.entries()) {
    if (line === after[index]) continue;
    const last = runs.at(-1);
    if (last?.[1] === index) last[1] = index + 1;
    else runs.push([index, index + 1]);
  }
  return runs;
}

/** The lines of `before` that are not the same from the beginning or from the end. */
function changedMiddle(before: readonly string[], after: readonly string[]): [number, number] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return [start, before.length - end];
}

function hunk(before: readonly string[], after: readonly string[], start: number, end: number): string {
  const [first, last] = [Math.max(0, start - contextLines), Math.min(before.length, end + contextLines)];
  const grown = after.length - before.length;
  const lines: string[] = [];
  for (let index = first; index < start; index += 1) lines.push(` ${before[index]}`);
  let [taken, put]: [string[], string[]] = [[], []];
  const flush = (): void => {
    lines.push(...taken, ...put);
    [taken, put] = [[], []];
  };
  for (let index = start; index < Math.max(end, end + grown); index += 1) {
    const isSame = grown === 0 && before[index] === after[index];
    if (isSame) flush();
    if (isSame) lines.push(` ${before[index]}`);
    if (!isSame && index < end) taken.push(`-${before[index]}`);
    if (!isSame && index < end + grown) put.push(`+${after[index]}`);
  }
  flush();
  for (let index = end; index < last; index += 1) lines.push(` ${before[index]}`);
  return `@@ -${first + 1},${last - first} +${first + 1},${last - first + grown} @@\n${lines.map((line) => `${line}\n`).join("")}`;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

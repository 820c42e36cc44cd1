import type { HubfleetError, SourcePosition } from "./hubfleet-error.ts";

export interface RenderOptions {
  readonly colors: boolean;
  /** The word before the code; "error" unless the problem stops nothing. */
  readonly severity?: "error" | "warning";
}

/** Problems as people read them, a blank line between two. Ends with a line break unless there are none. */
export function renderProblems(problems: readonly HubfleetError[], options: RenderOptions): string {
  return problems.map((problem) => renderProblem(problem, options)).join("\n");
}

/** "hubs/alpha.yaml:3:7", the form that editors and terminals make clickable. */
export function renderPosition({ path, line, column }: SourcePosition): string {
  return printable(`${path}:${line}:${column}`);
}

/** Text without what could steer a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => (character === "\t" ? "\t" : "\uFFFD"));
}

/** Longer lines are cut around the caret. */
const widestExcerpt = 100;

function renderProblem(problem: HubfleetError, { colors, severity = "error" }: RenderOptions): string {
  const paint = createPaint(colors);
  const place = problem.at === undefined ? "" : `  ${renderPosition(problem.at)}`;
  const head = `${paint(severity === "error" ? "red" : "yellow", `${severity} ${problem.code}`)}${paint("bold", place)}`;
  const lines = [head, ...indent(problem.message), ...excerptLines(problem.at, paint)];
  if (problem.hint !== undefined) lines.push(...indent(`hint: ${problem.hint}`).map((line) => paint("cyan", line)));
  return `${lines.join("\n")}\n`;
}

function indent(text: string): string[] {
  return text.split("\n").map((line) => `  ${printable(line)}`);
}

type Paint = (style: keyof typeof styles, text: string) => string;
const styles = { red: 31, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;

function createPaint(colors: boolean): Paint {
  return (style, text) => (colors && text !== "" ? `\u001B[${styles[style]}m${text}\u001B[0m` : text);
}

function excerptLines(at: SourcePosition | undefined, paint: Paint): string[] {
  if (at?.excerpt === undefined || at.excerpt.trim() === "") return [];
  const { text, start, length } = cutAround(at.excerpt, at.column - 1, at.length ?? 1);
  const number = String(at.line);
  const gutter = " ".repeat(number.length);
  const before = Array.from(text.slice(0, start)).map((character) =>
    character === "\t" ? "\t" : " ".repeat(characterWidth(character)),
  );
  const marked = Array.from(text.slice(start, start + length)).reduce(
    (sum, character) => sum + characterWidth(character),
    0,
  );
  return [
    `  ${paint("dim", `${number} │`)} ${printable(text)}`,
    `  ${paint("dim", `${gutter} │`)} ${before.join("")}${paint("red", "^".repeat(Math.max(1, marked)))}`,
  ];
}

function cutAround(line: string, start: number, length: number): { text: string; start: number; length: number } {
  if (line.length <= widestExcerpt) return { text: line, start, length };
  const from = Math.max(0, Math.min(start - 20, line.length - widestExcerpt));
  const text = line.slice(from, from + widestExcerpt);
  const left = from > 0 ? "…" : "";
  const right = from + widestExcerpt < line.length ? "…" : "";
  const shownStart = start - from + left.length;
  return { text: `${left}${text}${right}`, start: shownStart, length: Math.min(length, text.length - (start - from)) };
}

/** Columns of a terminal that a character takes: two for East Asian wide letters and emoji, none for marks. */
export function characterWidth(character: string): number {
  if (/\p{Mark}/u.test(character)) return 0;
  return /\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/u.test(
    character,
  )
    ? 2
    : 1;
}

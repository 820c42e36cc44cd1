import { textWidth } from "./fit-text.ts";

/**
 * A line, broken between words where it is longer than the terminal is wide; what follows is indented further. What is in
 * backticks is not broken: somebody copies it. Without a width it stays one line.
 */
export function wrapText(
  text: string,
  { indent, columns }: { readonly indent: string; readonly columns?: number | undefined },
): string {
  if (columns === undefined) return `${indent}${text}`;
  const words = text.match(/\S*`[^`]*`\S*|\S+/g) ?? [];
  const lines: string[] = [];
  let line = indent;
  let isFresh = true;
  for (const word of words) {
    const longer = isFresh ? `${line}${word}` : `${line} ${word}`;
    if (isFresh || textWidth(longer) <= columns) {
      line = longer;
    } else {
      lines.push(line);
      line = `${indent}    ${word}`;
    }
    isFresh = false;
  }
  return [...lines, line].join("\n");
}

import { characterWidth, printable } from "../../errors/render-problems.ts";

/** One line that takes at most so many columns of a terminal; what is cut off is marked. */
export function fitText(text: string, columns: number): string {
  const characters = Array.from(printable(text.replaceAll(/\s+/g, (space) => (space.includes("\n") ? " " : space))));
  const whole = characters.reduce((sum, character) => sum + characterWidth(character), 0);
  if (whole <= columns) return characters.join("");
  let used = 0;
  const kept: string[] = [];
  for (const character of characters) {
    used += characterWidth(character);
    if (used > columns - 1) break;
    kept.push(character);
  }
  return columns < 1 ? "" : `${kept.join("")}…`;
}

/** Columns that a text takes. */
export function textWidth(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + characterWidth(character), 0);
}

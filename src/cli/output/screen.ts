import { stripVTControlCharacters } from "node:util";

import type { Terminal } from "../../ports/terminal.ts";
import { textWidth } from "./fit-text.ts";

/** The last lines of a terminal, drawn again and again in their place. */
export interface Screen {
  /** Replaces the lines drawn before; the same lines again write nothing. */
  draw(lines: readonly string[]): void;
  /** Takes the lines away and leaves a text in their place, for good. Draw them again below it. */
  above(text: string): void;
}

const up = (rows: number): string => (rows > 0 ? `\u001B[${rows}A` : "");
const clearLine = "\u001B[K";
const clearBelow = "\u001B[J";
// Within a frame only: whenever hubfleet ends, also by force, the cursor is there.
const hideCursor = "\u001B[?25l";
const showCursor = "\u001B[?25h";

/**
 * Each frame is one write that goes up, overwrites and clears what is left over, so nothing flickers. The cursor rests on
 * the empty line below, where what others write (a `^C`) does no harm.
 */
export function createScreen(terminal: Pick<Terminal, "err" | "columns" | "rows">): Screen {
  let drawn: readonly string[] = [];
  let columns = terminal.columns;

  /** A narrower window wraps what was drawn in the wider one; what went beyond the top is out of reach. */
  const height = (): number => {
    const isSame = terminal.columns === columns;
    const rows = drawn.map((line) => (isSame ? 1 : Math.max(1, Math.ceil(widthOf(line) / terminal.columns))));
    return Math.min(
      rows.reduce((sum, one) => sum + one, 0),
      Math.max(0, terminal.rows - 1),
    );
  };

  return {
    draw(lines) {
      const isSame = columns === terminal.columns && lines.join("\n") === drawn.join("\n");
      if (isSame) return;
      // Left-overs of wrapped lines would stay beside shorter ones, so after a resize everything goes first.
      const clear = columns === terminal.columns ? "" : clearBelow;
      const frame = lines.map((line) => `${line}${clearLine}\n`).join("");
      terminal.err(`${hideCursor}\r${up(height())}${clear}${frame}${clearBelow}${showCursor}`);
      drawn = lines;
      columns = terminal.columns;
    },
    above(text) {
      terminal.err(`\r${up(height())}${clearBelow}${text}\n`);
      drawn = [];
      columns = terminal.columns;
    },
  };
}

function widthOf(line: string): number {
  return textWidth(stripVTControlCharacters(line));
}

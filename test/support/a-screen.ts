/** A pretended terminal: a screen, what scrolled off its top, and a cursor that obeys the codes hubfleet writes. */
export interface PretendedScreen {
  columns: number;
  rows: number;
  err(text: string): void;
  /** As a window that wraps its lines anew. */
  resize(columns: number, rows: number): void;
  /** Everything that a person can see or scroll back to, without trailing blanks. */
  lines(): readonly string[];
  /** Lines that went off the top. */
  scrolled(): number;
  readonly isCursorShown: boolean;
}

export function aScreen(columns: number, rows: number): PretendedScreen {
  // Lines as they were written; each takes as many rows as it needs.
  let lines: string[] = [""];
  let cursor = { line: 0, column: 0 };
  let top = 0;
  let isCursorShown = true;

  const rowsOf = (line: string): number => Math.max(1, Math.ceil(line.length / screen.columns));
  const rowOfCursor = (): number =>
    lines.slice(0, cursor.line).reduce((sum, line) => sum + rowsOf(line), 0) +
    Math.floor(cursor.column / screen.columns);
  const follow = (): void => {
    top = Math.max(top, rowOfCursor() - screen.rows + 1);
  };
  const toRow = (row: number): void => {
    let left = Math.max(top, row);
    let line = 0;
    while (line < lines.length - 1 && left >= rowsOf(lines[line] ?? "")) left -= rowsOf(lines[line++] ?? "");
    // A cursor in the second row of a wrapped line would be told apart by its column.
    cursor = { line, column: left * screen.columns };
  };
  const write = (text: string): void => {
    const line = (lines[cursor.line] ?? "").padEnd(cursor.column);
    lines[cursor.line] = line.slice(0, cursor.column) + text + line.slice(cursor.column + text.length);
    cursor = { ...cursor, column: cursor.column + text.length };
  };

  const codes: Readonly<Record<string, (count: number) => void>> = {
    A: (count) => toRow(rowOfCursor() - count),
    K: () => void (lines[cursor.line] = (lines[cursor.line] ?? "").slice(0, cursor.column)),
    J: () => {
      lines[cursor.line] = (lines[cursor.line] ?? "").slice(0, cursor.column);
      lines = lines.slice(0, cursor.line + 1);
    },
    m: () => undefined,
    h: () => void (isCursorShown = true),
    l: () => void (isCursorShown = false),
  };

  const screen: PretendedScreen = {
    columns,
    rows,
    get isCursorShown() {
      return isCursorShown;
    },
    err(text) {
      // oxlint-disable-next-line no-control-regex -- what a terminal obeys
      for (const [piece, , count, code] of text.matchAll(/\u001B\[(\?)?(\d*)([A-Za-z])|\r|\n|[^\u001B\r\n]+/g)) {
        if (piece === "\r") cursor = { ...cursor, column: 0 };
        else if (piece === "\n") {
          cursor = { line: cursor.line + 1, column: 0 };
          if (cursor.line === lines.length) lines.push("");
        } else if (code !== undefined) {
          const obey = codes[code];
          if (obey === undefined) throw new Error(`this screen does not know ${JSON.stringify(piece)}`);
          obey(Number(count ?? "1"));
        } else write(piece);
        follow();
      }
    },
    resize(toColumns, toRows) {
      screen.columns = toColumns;
      screen.rows = toRows;
      top = 0;
      follow();
    },
    lines: () => lines.map((line) => line.trimEnd()),
    scrolled: () => top,
  };
  return screen;
}

import { stripVTControlCharacters } from "node:util";

import { fitText } from "./fit-text.ts";

export interface Column {
  readonly title: string;
  readonly cells: readonly string[];
  /** It may be shortened to so many characters. */
  readonly narrowest?: number;
  /** It may be left out; the lowest number goes first. */
  readonly dropped?: number;
}

/**
 * Columns that fit side by side: those that may go are shortened and then left out, one after the other; what is still too
 * wide is shortened, the last column last. Without a width everything is shown.
 */
export function fitColumns(columns: readonly Column[], room: number | undefined): readonly Column[] {
  if (room === undefined) return columns;
  const tooWide = (some: readonly Column[]): number =>
    some.reduce((sum, column) => sum + widthOf(column), 0) + gap.length * (some.length - 1) - room;
  let shown = columns;
  const order = columns
    .filter(({ dropped }) => dropped !== undefined)
    .toSorted((one, other) => rank(one) - rank(other));
  for (const { title } of order) {
    shown = shortenOne(shown, title, tooWide(shown));
    if (tooWide(shown) > 0) shown = shown.filter((column) => column.title !== title);
  }
  for (const { title } of columns) shown = shortenOne(shown, title, tooWide(shown));
  return shown;
}

/** Columns as wide as their widest cell, two spaces apart; the last one is never padded. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => widest(all.map((row) => row[column] ?? "")));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))
      .join(gap)
      .trimEnd();
  return `${all.map(line).join("\n")}\n`;
}

const gap = "  ";

function rank({ dropped = 0 }: Column): number {
  return dropped;
}

function widthOf({ title, cells }: Column): number {
  return Math.max(title.length, widest(cells));
}

/** Takes as much from a column as is too much, as far as it may be shortened. */
function shortenOne(columns: readonly Column[], title: string, excess: number): readonly Column[] {
  return columns.map((column) => {
    if (column.title !== title || column.narrowest === undefined || excess <= 0) return column;
    const room = Math.max(column.narrowest, title.length, widthOf(column) - excess);
    return { ...column, cells: column.cells.map((cell) => (width(cell) > room ? fitText(cell, room) : cell)) };
  });
}

/** There may be more cells than a function takes arguments. */
function widest(cells: readonly string[]): number {
  return cells.reduce((most, cell) => Math.max(most, width(cell)), 0);
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

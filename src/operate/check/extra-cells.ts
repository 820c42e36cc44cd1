/** A piece of an extra check's file, and what to call it when it fails. */
export interface ExtraCell {
  readonly title: string;
  readonly code: string;
}

/**
 * What a kernel is to run for a file of the fleet: a script as a whole, a notebook cell by cell.
 * @throws SyntaxError for a notebook that is none
 */
export function extraCells(path: string, text: string): readonly ExtraCell[] {
  if (!path.endsWith(".ipynb")) return [{ title: path, code: text }];
  const { cells } = JSON.parse(text) as { cells?: unknown }; // the parts used are looked at below
  if (!Array.isArray(cells)) throw new SyntaxError(`"${path}" has no list of cells`);
  return cells.flatMap((cell: unknown, index): readonly ExtraCell[] => {
    const { cell_type: kind, source } = Object(cell) as { cell_type?: unknown; source?: unknown };
    if (kind !== "code") return [];
    const code = Array.isArray(source) ? source.join("") : typeof source === "string" ? source : "";
    return code.trim() === "" ? [] : [{ title: `cell ${index + 1} of ${path}`, code }];
  });
}

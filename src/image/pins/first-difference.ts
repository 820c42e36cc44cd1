import type { SourcePosition } from "../../errors/hubfleet-error.ts";
import type { FileChange } from "./pin-base.ts";

/** Where a file begins to differ from what it should be, for showing it. */
export function firstDifference({ path, before, after }: FileChange): SourcePosition {
  let offset = 0;
  while (offset < before.length && before[offset] === after[offset]) offset += 1;
  const lineStart = before.lastIndexOf("\n", offset - 1) + 1;
  const line = before.slice(0, lineStart).split("\n").length;
  const excerpt = before.slice(lineStart).split(/\r?\n/)[0] ?? "";
  return { path, line, column: offset - lineStart + 1, excerpt };
}

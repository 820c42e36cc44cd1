import { isCollection, isScalar, type LineCounter, type Node } from "yaml";

import type { SourcePosition } from "../../errors/hubfleet-error.ts";

export type ValuePath = readonly (string | number)[];

/**
 * One YAML file as plain data, with the place of everything in it. Maps have no prototype, so that no key of a file
 * can ever mean something to JavaScript.
 */
export interface YamlDocument {
  readonly path: string;
  readonly text: string;
  readonly value: unknown;
  /** Place of the value at a path (or of its key); of the nearest thing around it when it is not in the file. */
  position(path: ValuePath, part?: "key" | "value"): SourcePosition;
}

/** Where a converted map or list keeps the nodes of its entries. */
export interface EntryNodes {
  readonly key?: Node;
  readonly value: Node | undefined;
}
export type NodeIndex = WeakMap<object, ReadonlyMap<string | number, EntryNodes>>;

interface YamlDocumentProps {
  readonly path: string;
  readonly text: string;
  readonly value: unknown;
  readonly root: Node | undefined;
  readonly nodes: NodeIndex;
  readonly locate: Locate;
}

/** Makes a source position from a range of offsets. */
export type Locate = (start: number, end: number) => SourcePosition;

export function createYamlDocument(props: YamlDocumentProps): YamlDocument {
  const { path, text, value, root, nodes, locate } = props;
  return {
    path,
    text,
    value,
    position: (at, part = "value") => {
      if (at.length === 0) return withoutExcerpt(locateNode({ value: root }, "value", locate));
      let container: unknown = value;
      let found: EntryNodes = { value: root };
      for (const [index, step] of at.entries()) {
        const next = isContainer(container) ? nodes.get(container)?.get(step) : undefined;
        if (next === undefined) return locateNode(found, index === 0 ? "value" : part, locate);
        found = next;
        container = (container as Readonly<Record<string | number, unknown>>)[step]; // the index knows the step
      }
      return locateNode(found, part, locate);
    },
  };
}

/** Offsets to positions of one file. Without excerpts for files that may hold secrets. */
export function createLocate(
  path: string,
  text: string,
  options: { readonly lines: LineCounter; readonly excerpts: boolean },
): Locate {
  return (start, end) => {
    const { line, col } = options.lines.linePos(Math.min(start, text.length));
    const lineStart = options.lines.lineStarts[line - 1] ?? 0;
    const newline = text.indexOf("\n", lineStart);
    const lineText = text.slice(lineStart, newline === -1 ? text.length : newline).replace(/\r$/, "");
    const column = Math.min(Math.max(1, col), lineText.length + 1);
    const length = Math.max(1, Math.min(end - start, lineText.length - column + 1));
    const place = { path, line: Math.max(1, line), column, length };
    return options.excerpts ? { ...place, excerpt: lineText } : place;
  };
}

/** A whole file is meant: its first line says nothing. */
function withoutExcerpt({ path, line, column }: SourcePosition): SourcePosition {
  return { path, line, column };
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function locateNode(entry: EntryNodes, part: "key" | "value", locate: Locate): SourcePosition {
  const node = part === "key" ? (entry.key ?? entry.value) : (entry.value ?? entry.key);
  const range = node?.range;
  if (node === undefined || range === null || range === undefined) return locate(0, 0);
  // An empty value, as in `users:`, has no text of its own: show its key.
  if (part === "value" && isScalar(node) && range[0] === range[1] && entry.key?.range) {
    return locate(entry.key.range[0], entry.key.range[1]);
  }
  return isCollection(node) ? locate(range[0], range[0] + 1) : locate(range[0], range[1]);
}

import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";

import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import { findSpliceTarget, type SpliceTarget } from "./splice-target.ts";
import { blockScalarEdits, isSafePlain, renderScalar } from "./splice-text.ts";
import { createLocate, type Locate, type ValuePath } from "./yaml-document.ts";

export interface Spliced {
  readonly text: string;
  /** What stood there, as text; undefined where nothing did. */
  readonly before: string | undefined;
  /** Line of the value, counted from 1. */
  readonly line: number;
  readonly isChanged: boolean;
}

/** Replaces the characters from `start` to `end`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Sets one text value of a YAML file, by splicing its source: every byte outside of the value stays, and so does the way
 * in which the value is quoted, unless the new one needs quotes. Nothing is made that is not there. Of several documents
 * the one that has the path is meant.
 * @throws HubfleetError YAML_INVALID, PLACE_MISSING, PLACE_SHARED, PLACE_UNFIT, DUPLICATE_KEY
 */
export function spliceScalar(file: string, text: string, path: ValuePath, value: string): Spliced {
  const locate = createLocate(file, text, { lines: countLines(text), excerpts: true });
  const documents = parse(text, locate);
  const target = findSpliceTarget(documents, path, locate);
  const at = locate(target.start, target.start + 1);
  const before = target.node === undefined ? undefined : beforeText(target.node.value, target.node.source);
  const isThere = before === value && typeof target.node?.value === "string";
  if (isThere && (target.node?.type !== "PLAIN" || isSafePlain(value, { isInFlow: target.isInFlow }))) {
    return { text, before, line: at.line, isChanged: false };
  }
  for (const edits of candidates(target, value, text)) {
    const spliced = applyEdits(text, edits);
    if (isOnlyChange(documents, spliced, target, value)) {
      return { text: spliced, before, line: at.line, isChanged: true };
    }
  }
  throw new HubfleetError("PLACE_UNFIT", {
    message: `${JSON.stringify(value)} cannot be written there without changing something else`,
    hint: "write it by hand",
    at,
  });
}

/** The value under a path as text, or undefined where it is empty. @throws as spliceScalar */
export function readScalar(file: string, text: string, path: ValuePath): string | undefined {
  const locate = createLocate(file, text, { lines: countLines(text), excerpts: true });
  const { node } = findSpliceTarget(parse(text, locate), path, locate);
  return node === undefined ? undefined : beforeText(node.value, node.source);
}

/** The map under a path; undefined where something else is. @throws HubfleetError as spliceScalar */
export function findMap(
  file: string,
  text: string,
  path: ValuePath,
): { readonly keys: readonly string[]; readonly at: SourcePosition } | undefined {
  const locate = createLocate(file, text, { lines: countLines(text), excerpts: true });
  const { map, start } = findSpliceTarget(parse(text, locate), path, locate, { takesMap: true });
  if (map === undefined) return undefined;
  return {
    keys: map.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])),
    at: locate(start, start + 1),
  };
}

function parse(text: string, locate: Locate): Document.Parsed[] {
  const documents = parseDocuments(text);
  const error = documents.flatMap(({ errors }) => errors).toSorted((one, other) => one.pos[0] - other.pos[0])[0];
  if (error === undefined) return documents;
  const words = (error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "").replace(/[.:]$/, "");
  throw new HubfleetError("YAML_INVALID", {
    message: words.charAt(0).toLowerCase() + words.slice(1),
    at: locate(error.pos[0], error.pos[1]),
  });
}

function parseDocuments(text: string): Document.Parsed[] {
  const documents = parseAllDocuments(text, {
    keepSourceTokens: true,
    uniqueKeys: false,
    merge: false,
    schema: "core",
    prettyErrors: false,
  });
  return Array.isArray(documents) ? documents : [];
}

/** Ways to write it, the nearest to what is there first. */
function candidates(target: SpliceTarget, value: string, text: string): readonly (readonly Edit[])[] {
  const { node, start, end, isInFlow } = target;
  if (node === undefined) return [[{ start, end, text: ` ${renderScalar(value, "PLAIN", { isInFlow })}` }]];
  if (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED") return blockScalarEdits(node, value, text);
  const written = renderScalar(value, node.type, { isInFlow });
  // An empty value in a flow map has nothing between the colon and the comma.
  const needsSpace = start === end && !/\s/.test(text.charAt(start - 1));
  return [
    [{ start, end, text: needsSpace ? ` ${written}` : written }],
    [{ start, end, text: renderScalar(value, "QUOTE_DOUBLE", { isInFlow }) }],
  ];
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((whole, { start, end, text: put }) => whole.slice(0, start) + put + whole.slice(end), text);
}

/** Whether the new text has the same documents but for the one value. */
function isOnlyChange(
  documents: readonly Document.Parsed[],
  spliced: string,
  target: SpliceTarget,
  value: string,
): boolean {
  const after = parseDocuments(spliced);
  if (after.length !== documents.length || after.some(({ errors }) => errors.length > 0)) return false;
  return documents.every((document, index) => isSame(document.contents, after[index]?.contents, target, value));
}

function isSame(one: unknown, other: unknown, target: SpliceTarget, value: string): boolean {
  if (one === target.written) return isScalar(other) && other.value === value && anchorOf(one) === anchorOf(other);
  if (anchorOf(one) !== anchorOf(other)) return false;
  if (isScalar(one)) return isScalar(other) && Object.is(one.value, other.value) && one.tag === other.tag;
  if (isAlias(one)) return isAlias(other) && one.source === other.source;
  const inside = (left: unknown, right: unknown): boolean => isSame(left, right, target, value);
  if (isSeq(one)) {
    return (
      isSeq(other) &&
      other.items.length === one.items.length &&
      one.items.every((item, index) => inside(item, other.items[index]))
    );
  }
  if (!isMap(one)) return one === other || (one == null && other == null);
  if (!isMap(other) || other.items.length !== one.items.length) return false;
  return one.items.every((pair, index) => {
    const twin = other.items[index];
    return twin !== undefined && inside(pair.key, twin.key) && inside(pair.value, twin.value);
  });
}

function anchorOf(node: unknown): unknown {
  return (Object(node) as { anchor?: unknown }).anchor;
}

/** "1.10" is what people see of a number that was written so. */
function beforeText(value: unknown, source: string | undefined): string | undefined {
  if (value === null) return undefined;
  return typeof value === "string" ? value : (source ?? JSON.stringify(value));
}

function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  for (let start = 0; start !== -1; start = text.indexOf("\n", start) + 1 || -1) lines.addNewLine(start);
  return lines;
}

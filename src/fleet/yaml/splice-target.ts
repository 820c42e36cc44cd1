import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  visit,
} from "yaml";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nameHint } from "../../errors/nearest-name.ts";
import type { Locate, ValuePath } from "./yaml-document.ts";

export interface SpliceTarget {
  /** The node that is written over, as it stands in its parent. */
  readonly written: Node;
  /** Undefined where nothing is written after the key or the dash. */
  readonly node: Scalar.Parsed | undefined;
  /** Set instead of `node` for a map, where one may be meant. */
  readonly map?: YAMLMap;
  readonly start: number;
  readonly end: number;
  readonly isInFlow: boolean;
}

interface Step {
  readonly value: Node | null;
  /** Tokens between the key, or the dash, and the value. */
  readonly tokens: readonly { readonly type: string; readonly offset: number; readonly source: string }[];
}

type Reached =
  | { readonly kind: "target"; readonly target: SpliceTarget }
  | { readonly kind: "missing"; readonly problem: HubfleetError; readonly depth: number };

/**
 * The value under a path. Of several documents the only one that has it.
 * @throws HubfleetError PLACE_MISSING, PLACE_SHARED, PLACE_UNFIT, DUPLICATE_KEY
 */
export function findSpliceTarget(
  documents: readonly Document.Parsed[],
  path: ValuePath,
  locate: Locate,
  { takesMap = false } = {},
): SpliceTarget {
  const reached = documents.map((document) => walk(document, path, { locate, takesMap }));
  const targets = reached.flatMap((one) => (one.kind === "target" ? [one.target] : []));
  const [target, second] = targets;
  if (target !== undefined && second !== undefined) {
    const lines = targets.map(({ start }) => locate(start, start).line).join(" and ");
    throw new HubfleetError("PLACE_UNFIT", {
      message: `several documents of the file have "${showPath(path)}": on lines ${lines}`,
      hint: "put each document into a file of its own",
      at: locate(second.start, second.end),
    });
  }
  if (target !== undefined) return target;
  const nearest = reached
    .flatMap((one) => (one.kind === "missing" ? [one] : []))
    .toSorted((one, other) => other.depth - one.depth);
  throw nearest[0]?.problem ?? missing(path, [], { at: locate(0, 0) });
}

/** "a.b[0].c", as people say it. */
export function showPath(path: ValuePath): string {
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");
}

function walk(
  document: Document.Parsed,
  path: ValuePath,
  { locate, takesMap }: { readonly locate: Locate; readonly takesMap: boolean },
): Reached {
  let node: Node | null = document.contents;
  let step: Step = { value: node, tokens: [] };
  let isInFlow = false;
  for (const [depth, name] of path.entries()) {
    refuseAlias(node, document, { path: path.slice(0, depth), locate });
    isInFlow ||= (isMap(node) || isSeq(node)) && node.flow === true;
    const next = isMap(node)
      ? stepIntoMap(node, String(name), { document, path: path.slice(0, depth + 1), locate })
      : stepIntoSeq(node, name);
    if (next === undefined) return { kind: "missing", problem: noStep(node, path, depth, locate), depth };
    step = next;
    node = next.value;
  }
  refuseAlias(node, document, { path, locate });
  return { kind: "target", target: asTarget(step, path, { isInFlow, takesMap, locate }) };
}

interface Place {
  readonly path: ValuePath;
  readonly locate: Locate;
}

function stepIntoMap(
  map: YAMLMap,
  key: string,
  { document, path, locate }: Place & { document: Document },
): Step | undefined {
  const [pair, second] = map.items.filter((item) => isNamed(item.key, key));
  if (second !== undefined) {
    const [first, again] = [pair, second].map((one) => locate(...rangeOf(one?.key)));
    throw new HubfleetError("DUPLICATE_KEY", {
      message: `the key "${key}" is there twice: on lines ${first?.line} and ${again?.line}`,
      hint: "keep one of them",
      ...(again === undefined ? {} : { at: again }),
    });
  }
  if (pair !== undefined) return asStep(pair);
  for (const { key: mergeKey, value } of map.items) {
    if (!isNamed(mergeKey, "<<")) continue;
    for (const alias of isSeq(value) ? value.items : [value]) {
      const source = isAlias(alias) ? alias.resolve(document) : alias;
      const isFromThere = isMap(source) && source.items.some((item) => isNamed(item.key, key));
      if (isFromThere && isAlias(alias))
        throw shared(path, alias.source, locate(...rangeOf(alias)), locate(...rangeOf(source)).line);
    }
  }
  return undefined;
}

function stepIntoSeq(node: Node | null, name: string | number): Step | undefined {
  if (!isSeq(node) || !/^\d+$/.test(String(name))) return undefined;
  const index = Number(name);
  if (index >= node.items.length) return undefined;
  const item = node.items[index];
  const token = node.srcToken !== undefined && "items" in node.srcToken ? node.srcToken.items[index] : undefined;
  return { value: item as Node, tokens: token?.start ?? [] }; // a parsed list holds nodes only
}

function asStep(pair: Pair): Step {
  return { value: pair.value as Node | null, tokens: pair.srcToken?.sep ?? [] }; // parsed: nodes
}

/** Where the value stands, or where it has to be put. */
function asTarget(
  { value, tokens }: Step,
  path: ValuePath,
  { isInFlow, takesMap, locate }: { isInFlow: boolean; takesMap: boolean; locate: Locate },
): SpliceTarget {
  const unfit = (message: string, hint?: string): HubfleetError =>
    new HubfleetError("PLACE_UNFIT", {
      message: `"${showPath(path)}" ${message}`,
      ...(hint === undefined ? {} : { hint }),
      at: locate(...rangeOf(value)),
    });
  if (isMap(value) && takesMap)
    return { written: value, node: undefined, map: value, start: rangeOf(value)[0], end: rangeOf(value)[0], isInFlow };
  if (isMap(value) || isSeq(value))
    throw unfit(`is a ${isMap(value) ? "map" : "list"}, not a single value`, "name the path of the value itself");
  if (!isScalar(value)) throw unfit("is a key without a colon", 'write it as `key: ""` first');
  if (value.tag !== undefined && value.tag !== "!" && value.tag !== "tag:yaml.org,2002:str") {
    throw unfit(
      `has the tag ${value.tag.replace("tag:yaml.org,2002:", "!!")}, so that it is no plain text`,
      "take the tag away",
    );
  }
  const [start, end] = rangeOf(value);
  if (start !== end) return { written: value, node: value as Scalar.Parsed, start, end, isInFlow };
  const before = tokens.findLast(({ type }) => ["map-value-ind", "seq-item-ind", "anchor", "tag"].includes(type));
  const place = before === undefined ? start : before.offset + before.source.length;
  return { written: value, node: undefined, start: place, end: place, isInFlow };
}

function refuseAlias(node: Node | null, document: Document, { path, locate }: Place): void {
  if (!isAlias(node)) return;
  let anchored = 0;
  visit(document, {
    Node: (_, one) => void (!isAlias(one) && one.anchor === node.source && (anchored = one.range?.[0] ?? 0)),
  });
  throw shared(path, node.source, locate(...rangeOf(node)), locate(anchored, anchored).line);
}

function shared(path: ValuePath, anchor: string, at: ReturnType<Locate>, line: number): HubfleetError {
  return new HubfleetError("PLACE_SHARED", {
    message: `"${showPath(path)}" is not written here: it is that of the anchor "&${anchor}" on line ${line}`,
    hint: `name the path at which "&${anchor}" stands, if all who use it are to follow`,
    at,
  });
}

/** The nearest thing that is there. */
function noStep(node: Node | null, path: ValuePath, depth: number, locate: Locate): HubfleetError {
  const at = locate(...rangeOf(node));
  if (isMap(node)) {
    const known = node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
    return missing(path, path.slice(0, depth), { at, hint: nameHint(String(path[depth]), new Set(known)) });
  }
  const what = isSeq(node) ? `is a list of ${node.items.length}` : "holds no further keys";
  return missing(path, path.slice(0, depth), {
    at,
    hint: depth === 0 ? `the file ${what}` : `"${showPath(path.slice(0, depth))}" ${what}`,
  });
}

function missing(
  path: ValuePath,
  there: ValuePath,
  { at, hint }: { readonly at: ReturnType<Locate>; readonly hint?: string | undefined },
): HubfleetError {
  const nearest = there.length === 0 ? "the file has no such key" : `"${showPath(there)}" is there`;
  return new HubfleetError("PLACE_MISSING", {
    message: `there is no "${showPath(path)}"; ${nearest}`,
    ...(hint === undefined ? {} : { hint }),
    at,
  });
}

function isNamed(key: unknown, name: string): boolean {
  if (!isScalar(key)) return false;
  return typeof key.value === "string" ? key.value === name : (key.source ?? String(key.value)) === name;
}

function rangeOf(node: unknown): [number, number] {
  const range = (Object(node) as { range?: readonly number[] | null }).range;
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

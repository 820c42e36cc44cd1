import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";

import type { ErrorCode } from "../../errors/codes.ts";
import type { EntryNodes, NodeIndex } from "./yaml-document.ts";

export interface ConvertProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly range: readonly [number, number];
  /** Offset of the first of two things that clash. */
  readonly first?: number;
  /** The document is not worth looking at any further. */
  readonly isFatal: boolean;
}

export interface Conversion {
  readonly value: unknown;
  readonly nodes: NodeIndex;
  readonly problems: readonly ConvertProblem[];
}

/** What a document may grow to when its aliases are filled in. */
const maxValues = 100_000;
const reservedKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Nodes to plain data: aliases filled in, each entry's nodes remembered, dangerous or doubled keys reported and left out. */
export function convertNodes(root: Node, maxDepth: number): Conversion {
  const nodes = new WeakMap<object, Map<string | number, EntryNodes>>();
  const problems: ConvertProblem[] = [];
  const anchors = new Map<string, Node>();
  const open = new Set<Node>();
  let count = 0;
  let isStopped = false;

  const report = (node: Node, code: ErrorCode, rest: Omit<ConvertProblem, "code" | "range" | "isFatal">): void => {
    const range = node.range ?? [0, 0, 0];
    const end = isScalar(node) || isAlias(node) ? range[1] : range[0] + 1;
    problems.push({ code, range: [range[0], end], isFatal: false, ...rest });
  };
  const stop = (node: Node, code: ErrorCode, message: string): undefined => {
    report(node, code, { message });
    const last = problems.pop();
    if (last !== undefined) problems.push({ ...last, isFatal: true });
    isStopped = true;
    return undefined;
  };

  const convert = (node: Node | null | undefined, depth: number): unknown => {
    if (isStopped || node === null || node === undefined) return null;
    count += 1;
    if (count > maxValues) return stop(node, "YAML_TOO_LARGE", `the document has more than ${maxValues} values`);
    if (depth > maxDepth) return stop(node, "YAML_TOO_DEEP", `lists and maps are nested more than ${maxDepth} deep`);
    if (isAlias(node)) return convertAlias(node, depth);
    if (isScalar(node)) return convertScalar(node);
    if (isMap(node)) return inside(node, () => convertMap(node, depth));
    if (isSeq(node)) return inside(node, () => convertSeq(node, depth));
    return null;
  };
  const inside = (node: YAMLMap | YAMLSeq, body: () => unknown): unknown => {
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    open.add(node);
    const value = body();
    open.delete(node);
    return value;
  };
  const convertAlias = (node: Node & { source: string }, depth: number): unknown => {
    const target = anchors.get(node.source);
    if (target === undefined) return stop(node, "YAML_ALIAS", `no anchor "&${node.source}" stands before this alias`);
    if (open.has(target)) return stop(node, "YAML_ALIAS", `alias "*${node.source}" contains itself`);
    return convert(target, depth);
  };
  const convertScalar = (node: Scalar): unknown => {
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    const { value } = node;
    if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      return value;
    return node.source ?? null;
  };
  const convertSeq = (node: YAMLSeq, depth: number): unknown[] => {
    const index = new Map<number, EntryNodes>();
    const list = node.items.map((item, position) => {
      index.set(position, { value: item as Node }); // a parsed list holds nodes only
      return convert(item as Node, depth + 1);
    });
    nodes.set(list, index);
    return list;
  };
  const convertMap = (node: YAMLMap, depth: number): object => {
    const index = new Map<string, EntryNodes>();
    const map = Object.create(null) as Record<string, unknown>; // no prototype: any key is only a key
    for (const pair of node.items) {
      const [keyNode, valueNode] = [pair.key as Node, (pair.value ?? undefined) as Node | undefined]; // parsed: nodes
      const key = convertKey(keyNode, index);
      if (key === undefined) continue;
      index.set(key, { key: keyNode, value: valueNode });
      map[key] = convert(valueNode, depth + 1);
    }
    nodes.set(map, index);
    return map;
  };
  const convertKey = (node: Node, index: ReadonlyMap<string, EntryNodes>): string | undefined => {
    if (!isScalar(node) || node.value === null || node.anchor !== undefined) {
      report(node ?? root, "YAML_KEY_INVALID", { message: "a key must be plain text" });
      return undefined;
    }
    const key = typeof node.value === "string" ? node.value : (node.source ?? JSON.stringify(node.value));
    if (reservedKeys.has(key)) {
      report(node, "YAML_KEY_RESERVED", { message: `the key "${key}" is refused`, hint: "choose another name" });
      return undefined;
    }
    if (key === "<<") {
      report(node, "YAML_MERGE_KEY", {
        message: 'merge keys ("<<") are not supported',
        hint: "share settings through platform.yaml or a group",
      });
      return undefined;
    }
    const earlier = index.get(key)?.key?.range?.[0];
    if (earlier === undefined) return key;
    report(node, "DUPLICATE_KEY", {
      message: `the key "${key}" is there twice`,
      hint: "keep one of them",
      first: earlier,
    });
    return undefined;
  };

  const value = convert(root, 0);
  return { value, nodes, problems };
}

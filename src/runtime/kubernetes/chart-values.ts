import { isMap } from "../../fleet/merge-settings.ts";

/** A value of a chart before it is laid into the others. */
export interface ChartValue {
  /** Keys of the chart. */
  readonly path: readonly string[];
  readonly value: unknown;
  readonly origin: ValueOrigin;
  /** An operator's list at this place is put behind this one instead of replacing it. */
  readonly joins?: boolean;
}

/** Why a chart's value is what it is. */
export type ValueOrigin =
  /** A setting of the hub, or of another part of the fleet: "culling.idle", "cluster.nodeGroups.user". */
  | { readonly kind: "setting"; readonly setting: string }
  /** Written for the chart, below chartValues. */
  | { readonly kind: "chartValues"; readonly setting: string }
  | { readonly kind: "hubfleet"; readonly because: string };

export interface OriginatedValue extends ChartValue {
  /** What it would be without the operator's own value. */
  readonly instead?: unknown;
}

export interface ComposedValues {
  readonly values: Readonly<Record<string, unknown>>;
  /** One for every single value, in the order of their paths. */
  readonly origins: readonly OriginatedValue[];
}

/** A value that follows from a setting. */
export function fromSetting(path: string, value: unknown, setting: string): ChartValue {
  return { path: path.split("."), value, origin: { kind: "setting", setting } };
}

/** A value that hubfleet decides. */
export function decided(path: string, value: unknown, because: string): ChartValue {
  return { path: path.split("."), value, origin: { kind: "hubfleet", because } };
}

/**
 * Lays an operator's plain values over hubfleet's. Maps are merged key by key as Helm merges them; everything else is
 * replaced, but for the lists that say they join. Of two values with the same path the later one counts; undefined ones are left out.
 */
export function composeValues(
  own: readonly ChartValue[],
  operator: { readonly values: Readonly<Record<string, unknown>>; readonly setting: string },
): ComposedValues {
  const leaves = new Map<string, OriginatedValue>();
  for (const { path, value, origin, joins = false } of own) {
    for (const leaf of leavesOf(value, path)) put(leaves, { ...leaf, origin, joins });
  }
  for (const leaf of leavesOf(operator.values, [])) {
    if (leaf.path.length === 0) continue;
    const setting = [operator.setting, ...leaf.path].join(".");
    put(leaves, { ...leaf, origin: { kind: "chartValues", setting } });
  }
  const origins = [...leaves.values()].sort(byPath);
  return { values: nest(origins), origins };
}

/** A value replaces what is at its place, below it, and any single value that is in its way. */
function put(leaves: Map<string, OriginatedValue>, leaf: OriginatedValue): void {
  const key = keyOf(leaf.path);
  const before = leaves.get(key);
  const isEmptyMap = isMap(leaf.value);
  for (const [other, { path }] of leaves) {
    const isBelow = path.length > leaf.path.length && keyOf(path.slice(0, leaf.path.length)) === key;
    if (isBelow && isEmptyMap) return; // an empty map adds nothing to one with keys
    const isAbove = path.length < leaf.path.length && key.startsWith(`${keyOf(path)}\u0000`);
    if (isBelow || isAbove) leaves.delete(other);
  }
  if (before?.joins === true && Array.isArray(before.value) && Array.isArray(leaf.value)) {
    leaves.set(key, { ...leaf, value: [...(before.value as unknown[]), ...(leaf.value as unknown[])], joins: true });
    return;
  }
  leaves.set(key, before === undefined ? leaf : { ...leaf, instead: before.value });
}

function leavesOf(value: unknown, path: readonly string[]): { path: readonly string[]; value: unknown }[] {
  if (value === undefined) return [];
  if (!isMap(value) || Object.keys(value).length === 0) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

function nest(leaves: readonly OriginatedValue[]): Record<string, unknown> {
  const root = emptyMap();
  for (const { path, value } of leaves) {
    let map = root;
    for (const key of path.slice(0, -1)) {
      map[key] ??= emptyMap();
      map = map[key] as Record<string, unknown>; // made here; no leaf is above another
    }
    map[path.at(-1) ?? ""] = value;
  }
  return root;
}

/** No prototype: keys are only keys. */
function emptyMap(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>; // has no keys of its own or inherited
}

function keyOf(path: readonly string[]): string {
  return path.join("\u0000");
}

function byPath(one: OriginatedValue, other: OriginatedValue): number {
  const [left, right] = [keyOf(one.path), keyOf(other.path)];
  return left < right ? -1 : left > right ? 1 : 0;
}

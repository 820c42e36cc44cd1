import type { KubernetesObject } from "../../ports/kubernetes.ts";

/** Path of a field as JSON → its value. Lists are one field; so is an empty object. */
export type Fields = ReadonlyMap<string, unknown>;

/** Which manager gave which fields of an object. */
export type Owners = ReadonlyMap<string, Fields>;

export interface FieldConflict {
  /** ".data.look", as the API server writes it. */
  readonly field: string;
  readonly manager: string;
}

/** The fields that a manager gives; what names the object is nobody's. */
export function fieldsOf({ apiVersion: _apiVersion, kind: _kind, metadata, ...rest }: KubernetesObject): Fields {
  const { labels, annotations, finalizers } = metadata;
  const given = { labels, annotations, finalizers };
  const found = new Map<string, unknown>();
  collect({ metadata: JSON.parse(JSON.stringify(given)) as unknown, ...rest }, [], found);
  return found;
}

/** Fields that others keep with other values. */
export function findConflicts(owners: Owners, manager: string, fields: Fields): readonly FieldConflict[] {
  return [...owners]
    .filter(([other]) => other !== manager)
    .flatMap(([other, theirs]) =>
      [...fields]
        .filter(([path, value]) => theirs.has(path) && !isSame(theirs.get(path), value))
        .map(([path]) => ({ field: `.${(JSON.parse(path) as string[]).join(".")}`, manager: other })),
    );
}

/** Who keeps what after a manager gave these fields: a field with another value is theirs alone from now on. */
export function giveFields(owners: Owners, manager: string, fields: Fields): Owners {
  const others = [...owners]
    .filter(([other]) => other !== manager)
    .map(([other, theirs]): [string, Fields] => [
      other,
      new Map([...theirs].filter(([path, value]) => !fields.has(path) || isSame(fields.get(path), value))),
    ]);
  return new Map([...others, [manager, fields]]);
}

/** An object as all its managers' fields make it. */
export function composeObject({ apiVersion, kind, metadata }: KubernetesObject, owners: Owners): KubernetesObject {
  const { labels: _labels, annotations: _annotations, finalizers: _finalizers, ...own } = metadata;
  const composed: Record<string, unknown> = {};
  for (const fields of owners.values()) {
    for (const [path, value] of fields) place(composed, JSON.parse(path) as string[], value); // we wrote the path
  }
  const more = composed["metadata"] as Record<string, unknown> | undefined;
  return { apiVersion, kind, ...composed, metadata: { ...own, ...more } };
}

function collect(value: unknown, path: readonly string[], found: Map<string, unknown>): void {
  const isBranch = typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = isBranch ? Object.entries(value) : [];
  if (entries.length === 0 && path.length > 1) found.set(JSON.stringify(path), value);
  for (const [key, item] of entries) collect(item, [...path, key], found);
  if (!isBranch && path.length === 1) found.set(JSON.stringify(path), value);
}

function place(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let branch = root;
  for (const key of path.slice(0, -1)) {
    branch = (branch[key] ??= {}) as Record<string, unknown>; // branches are objects, or they would be fields
  }
  branch[path.at(-1) ?? ""] = value;
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

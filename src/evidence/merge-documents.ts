import { parse, stringify } from "yaml";

import { anchorOf, anchorText } from "./anchor.ts";
import { stateLayout } from "./state-layout.ts";

/** A document as three have it; undefined: not at all. */
export interface DocumentVersions {
  /** Before either changed it. */
  readonly base: string | undefined;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

export type MergedDocument = { readonly kind: "merged"; readonly text: string | undefined } | DocumentConflict;

export interface DocumentConflict {
  readonly kind: "conflict";
  /** What both changed to different values, as paths of keys; empty for the document as a whole. */
  readonly keys: readonly string[];
  /** The document with those keys decided one way, and with everything else that either changed. */
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

export type Preference = "ours" | "theirs";

/** Makes one of two changes of a document. Pure. `files`: the other files as they will be. */
export type MergeDocument = (
  path: string,
  versions: DocumentVersions,
  files: ReadonlyMap<string, string>,
) => MergedDocument;

/** The anchor is made anew of the records, of which there may be more than either knew; all else key by key. */
export const mergeStateDocuments: MergeDocument = (path, versions, files) =>
  path === stateLayout.anchor ? { kind: "merged", text: anchorText(anchorOf(files)) } : mergeDocuments(path, versions);

/**
 * Key by key, in YAML (and so JSON): what one side changed is taken, what both changed to the same is taken once, what
 * they changed to different values is a conflict. Lists are values: two changes of one list are a conflict.
 */
export function mergeDocuments(path: string, { base, ours, theirs }: DocumentVersions): MergedDocument {
  if (ours === theirs || theirs === base) return { kind: "merged", text: ours };
  if (ours === base) return { kind: "merged", text: theirs };
  const whole: DocumentConflict = { kind: "conflict", keys: [], ours, theirs };
  if (ours === undefined || theirs === undefined) return whole;
  const [before, here, there] = [base ?? "{}", ours, theirs].map(parseMap);
  if (before === undefined || here === undefined || there === undefined) return whole;
  const keys: string[] = [];
  const decide = (prefer: Preference): string => {
    keys.length = 0;
    const merged = mergeMaps(before, here, there, { at: [], keys, prefer });
    return path.endsWith(".json") ? `${JSON.stringify(merged, undefined, 2)}\n` : stringify(merged);
  };
  const text = decide("theirs");
  return keys.length === 0 ? { kind: "merged", text } : { kind: "conflict", keys, ours: decide("ours"), theirs: text };
}

type Value = unknown;
type Values = Readonly<Record<string, Value>>;

interface MergePlace {
  readonly at: readonly string[];
  /** Collects conflicts. */
  readonly keys: string[];
  readonly prefer: Preference;
}

function mergeMaps(base: Values, ours: Values, theirs: Values, { at, ...rest }: MergePlace): Values {
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  const merged: [string, Value][] = [];
  for (const name of names) {
    const value = mergeValues(own(base, name), own(ours, name), own(theirs, name), { ...rest, at: [...at, name] });
    if (value !== undefined) merged.push([name, value]);
  }
  return Object.fromEntries(merged);
}

function mergeValues(base: Value, ours: Value, theirs: Value, place: MergePlace): Value {
  if (isSame(ours, theirs) || isSame(theirs, base)) return ours;
  if (isSame(ours, base)) return theirs;
  if (isMap(ours) && isMap(theirs)) return mergeMaps(isMap(base) ? base : {}, ours, theirs, place);
  place.keys.push(place.at.join("."));
  return place.prefer === "ours" ? ours : theirs;
}

function parseMap(text: string): Values | undefined {
  try {
    const value: unknown = parse(text, { maxAliasCount: 0 });
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isMap(value: Value): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(values: Values, name: string): Value {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Maps are the same whatever the order of their keys. */
function isSame(one: Value, other: Value): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => isSame(value, other[index]));
  }
  if (!isMap(one) || !isMap(other)) return Object.is(one, other);
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  );
}

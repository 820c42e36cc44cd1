import { isScalar, isSeq, parseDocument, type Scalar, type YAMLSeq } from "yaml";

import type { AddedRequirements } from "./add-requirements.ts";

/**
 * Adds packages to the `dependencies` of an environment.yml and leaves every other byte as it is. A package that is
 * declared keeps its line and comment; one that is declared with other versions gets the new ones.
 */
export function addCondaDependencies(text: string, specifiers: readonly string[]): AddedRequirements {
  const changed: string[] = [];
  const present: string[] = [];
  let result = text;
  for (const specifier of specifiers) {
    const next = addDependency(result, specifier);
    (next === result ? present : changed).push(specifier);
    result = next;
  }
  return { text: result, changed, present };
}

function addDependency(text: string, specifier: string): string {
  const dependencies: unknown = parseDocument(text).get("dependencies", true);
  if (!isSeq(dependencies))
    return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}dependencies:\n  - ${quote(specifier)}\n`;
  const scalars = dependencies.items.filter((item) => isScalar<string>(item) && typeof item.value === "string");
  const declared = (scalars as Scalar<string>[]).find(({ value }) => condaName(value) === condaName(specifier)); // just filtered
  if (declared === undefined) return insert(text, dependencies, specifier);
  const wantsVersion = specifier.trim().toLowerCase() !== condaName(specifier);
  if (!wantsVersion || declared.value === specifier) return text;
  const [start = 0, end = 0] = declared.range ?? [];
  return `${text.slice(0, start)}${quote(specifier)}${text.slice(end)}`;
}

/** Behind the last package, or before the `pip:` section where that comes last, at the same depth. */
function insert(text: string, dependencies: YAMLSeq, specifier: string): string {
  const last = dependencies.items.findLast((item) => isScalar(item));
  if (dependencies.flow === true) {
    const [start = 0, end = start] = last?.range ?? [];
    if (last !== undefined) return `${text.slice(0, end)}, ${quote(specifier)}${text.slice(end)}`;
    const open = text.indexOf("[", dependencies.range?.[0] ?? 0) + 1;
    return `${text.slice(0, open)}${quote(specifier)}${text.slice(open)}`;
  }
  if (last === undefined) {
    const dash = text.lastIndexOf("\n", dependencies.range?.[0] ?? 0) + 1;
    const indent = /^\s*/.exec(text.slice(dash))?.[0] ?? "";
    return `${text.slice(0, dash)}${indent}- ${quote(specifier)}\n${text.slice(dash)}`;
  }
  const lineStart = text.lastIndexOf("\n", last.range?.[0] ?? 0) + 1;
  const indent = /^\s*-\s*/.exec(text.slice(lineStart))?.[0] ?? "  - ";
  const lineEnd = text.indexOf("\n", last.range?.[1] ?? 0);
  const place = lineEnd === -1 ? text.length : lineEnd + 1;
  const before = text.slice(0, place);
  return `${before}${before.endsWith("\n") ? "" : "\n"}${indent}${quote(specifier)}\n${text.slice(place)}`;
}

/** The name of a match specification: "conda-forge::gdal >=3.8" is about gdal. */
function condaName(specification: string): string {
  const bare = specification.split("::").at(-1) ?? "";
  return /^[A-Za-z0-9._-]+/.exec(bare.trim())?.[0].toLowerCase() ?? "";
}

/** Plain where YAML takes it so. */
function quote(specifier: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._=<>~!*+-]*$/.test(specifier) ? specifier : JSON.stringify(specifier);
}

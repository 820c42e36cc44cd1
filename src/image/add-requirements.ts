import { normalizePackageName } from "./lock/parse-lock.ts";
import { parseRequirements } from "./requirements.ts";

export interface AddedRequirements {
  readonly text: string;
  /** Specifiers that got a line, or changed the line of their package. */
  readonly changed: readonly string[];
  /** Specifiers of packages that are declared already, in words that fit. */
  readonly present: readonly string[];
}

/** Whether it names one package, with extras, versions and markers if wanted, or its address. */
export function isSpecifier(text: string): boolean {
  const comparison = String.raw`(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.!+*_-]+`;
  const versions = String.raw`(?:\s*\(?${comparison}(?:\s*,\s*${comparison})*\)?)?`;
  return new RegExp(
    String.raw`^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:\[[A-Za-z0-9._,\s-]+\])?(?:\s*@\s*\S+|${versions})(?:\s*;.+)?$`,
  ).test(text);
}

/**
 * Adds packages to a requirements file and leaves every other byte as it is. A package that is declared keeps its line,
 * place and comment; only what is asked for anew changes in it. A new one goes where the alphabet puts it when the
 * requirements are in that order, and behind the last one otherwise.
 */
export function addRequirements(text: string, specifiers: readonly string[]): AddedRequirements {
  const changed: string[] = [];
  const present: string[] = [];
  let result = text;
  for (const specifier of specifiers) {
    const next = addRequirement(result, specifier);
    (next === result ? present : changed).push(specifier);
    result = next;
  }
  return { text: result, changed, present };
}

function addRequirement(text: string, specifier: string): string {
  const wanted = splitSpecifier(specifier);
  const declared = parseRequirements(text).flatMap(({ line, text: written, what }) =>
    "name" in what && what.name === wanted.key ? [{ line, written }] : [],
  );
  const [first] = declared;
  if (first === undefined) return insert(text, { key: wanted.key, specifier });
  const is = splitSpecifier(first.written);
  const replaced = `${is.name}${wanted.extras === "" ? is.extras : wanted.extras}${wanted.rest.trim() === "" ? is.rest : wanted.rest}`;
  return replaceInLine(text, first.line, { from: first.written, to: replaced });
}

/** "Dask[array] >=2024" → its key, and the three parts as written. */
function splitSpecifier(specifier: string): { key: string; name: string; extras: string; rest: string } {
  const [, name = "", extras = "", rest = ""] = /^([A-Za-z0-9._-]+)(\s*\[[^\]]*\])?(.*)$/s.exec(specifier) ?? [];
  return { key: normalizePackageName(name), name, extras, rest };
}

function insert(text: string, { key, specifier }: { readonly key: string; readonly specifier: string }): string {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  const named = parseRequirements(text).flatMap(({ line, what }) =>
    "name" in what && what.name !== undefined ? [{ line, name: what.name }] : [],
  );
  const isSorted = named.every(({ name }, index) => index === 0 || (named[index - 1]?.name ?? "") <= name);
  const before = isSorted ? named.findLast(({ name }) => name < key) : named.at(-1);
  const following = isSorted && before === undefined ? named[0] : undefined;
  const place = following === undefined ? endOf(before?.line ?? lines.length, lines) : following.line - 1;
  // A line that goes on at the very end of the file would swallow the new one.
  const isOpen = lines[place - 1]?.endsWith("\\") === true;
  lines.splice(place, 0, ...(isOpen ? ["", specifier] : [specifier]));
  return `${lines.join(lineEnd)}${lineEnd}`;
}

/** The index behind a requirement, which may go on over several lines. */
function endOf(line: number, lines: readonly string[]): number {
  let end = line;
  while (end < lines.length && lines[end - 1]?.endsWith("\\") === true) end++;
  return end;
}

function replaceInLine(
  text: string,
  line: number,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  const parts = text.split(/(\r?\n)/);
  const index = (line - 1) * 2;
  const found = parts[index];
  if (found === undefined || !found.includes(from)) return text;
  parts[index] = found.replace(from, () => to);
  return parts.join("");
}

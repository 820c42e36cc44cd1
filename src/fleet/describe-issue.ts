import { z } from "zod";

import { HubfleetError, type SourcePosition } from "../errors/hubfleet-error.ts";
import { nameHint } from "../errors/nearest-name.ts";
import type { KeyFacts } from "./schema/key.ts";
import { schemaAt, schemaChildren, type SchemaNode } from "./schema/walk-schema.ts";
import type { ValuePath, YamlDocument } from "./yaml/yaml-document.ts";

export interface IssueContext {
  readonly document: YamlDocument;
  readonly schema: z.ZodType;
  /** Where files of this kind lie, for example "hubs/NAME.yaml". */
  readonly kindPath: string;
}

/** A schema's issue in our words, with its place and the most useful hint there is. */
export function describeIssue(issue: z.core.$ZodIssue, context: IssueContext): HubfleetError[] {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key, context));

  const parent = valueAt(context.document.value, path.slice(0, -1));
  const key = path.at(-1);
  const isMissing = key !== undefined && isContainer(parent) && !Object.hasOwn(parent, key);
  if (isMissing) return [missingKey(path, context)];
  return [badValue(issue, path, context)];
}

function unknownKey(path: ValuePath, key: string, context: IssueContext): HubfleetError {
  const { document, schema, kindPath } = context;
  const value = valueAt(document.value, path);
  const node = schemaAt(schema, path, document.value);
  const known = node === undefined ? [] : schemaChildren(node.schema, value).keys.keys();
  const where = path.length === 0 ? kindPath : `"${dotted(path)}"`;
  return new HubfleetError("UNKNOWN_KEY", {
    message: `unknown key ${quote(key)} in ${where}`,
    ...hintOf(nameHint(key, known)),
    at: document.position([...path, key], "key"),
  });
}

function missingKey(path: ValuePath, context: IssueContext): HubfleetError {
  const { document, schema } = context;
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const where = parent.length === 0 ? "" : ` in "${dotted(parent)}"`;
  const example = exampleText(schemaAt(schema, path, document.value)?.facts?.example);
  return new HubfleetError("MISSING_KEY", {
    message: `the key "${key}"${where} is missing`,
    hint: example === undefined ? `add \`${key}:\`` : `add it, for example \`${key}: ${example}\``,
    at: document.position(parent, "key"),
  });
}

function badValue(issue: z.core.$ZodIssue, path: ValuePath, context: IssueContext): HubfleetError {
  const { document, schema } = context;
  const value = valueAt(document.value, path);
  const node = schemaAt(schema, path, document.value);
  const isKey = issue.code === "invalid_key";
  const at = document.position(path, isKey ? "key" : "value");
  const expected = expectation(issue);
  const isType = issue.code === "invalid_type";
  const subject = isKey ? `the key ${quote(String(path.at(-1)))}` : subjectOf(path);
  const message = isType
    ? `${subject} must be ${expected}, not ${described(value)}`
    : `${subject} ${isKey ? "cannot be used as a name" : `is ${shown(value)}; expected ${expected}`}`;
  return new HubfleetError(isType ? "WRONG_TYPE" : "INVALID_VALUE", {
    message,
    ...hintOf(valueHint(issue, { value, text: writtenText(at, value) }, node)),
    at,
  });
}

function subjectOf(path: ValuePath): string {
  return path.length === 0 ? "the file" : `"${dotted(path)}"`;
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeNames[issue.expected] ?? issue.expected;
    case "invalid_value":
      return oneOf(issue.values.map(String));
    case "too_small":
      return `${issue.inclusive === false ? "more than" : "at least"} ${String(issue.minimum)}${sizeUnit(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${String(issue.maximum)}${sizeUnit(issue.origin)}`;
    case "not_multiple_of":
      return `a multiple of ${String(issue.divisor)}`;
    case "invalid_format":
      // Patterns of ours say in words what they want; the library's own words are of no help.
      return issue.message.startsWith("Invalid") ? "another form" : issue.message;
    case "custom":
    case "invalid_element":
    case "invalid_key":
    case "invalid_union":
    case "unrecognized_keys":
      return "another value";
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map of keys",
  record: "a map of keys",
};

function sizeUnit(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " entries" : "";
}

/** As it stands in the file: YAML reads 007 as the number 7. */
function writtenText({ excerpt, column, length }: SourcePosition, value: unknown): string {
  return excerpt === undefined || length === undefined ? String(value) : excerpt.slice(column - 1, column - 1 + length);
}

function valueHint(
  issue: z.core.$ZodIssue,
  { value, text }: { readonly value: unknown; readonly text: string },
  node: SchemaNode | undefined,
): string | undefined {
  const facts = node?.facts;
  if (issue.code === "invalid_value" && issue.values.some((option) => option !== value && String(option) === value)) {
    return "write it without quotes";
  }
  if (issue.code === "invalid_value" && typeof value === "string") return nameHint(value, issue.values.map(String));
  if (issue.code === "invalid_union" && typeof value === "string" && isKind(node))
    return nameHint(value, node.schema.options);
  const wantsText = issue.code === "invalid_type" && issue.expected === "string";
  if (wantsText && (typeof value === "number" || typeof value === "boolean")) {
    return facts?.unit?.includes("written") === true ? facts.unit : `put it in quotes: "${text}"`;
  }
  if (issue.code === "invalid_type" && issue.expected === "array" && typeof value === "string") {
    return "write each entry on a line of its own that starts with a dash";
  }
  if (value === null) return `give it a value, or remove the key${exampleHint(facts, ": ")}`;
  if (facts?.unit?.includes("written") === true) return facts.unit;
  return exampleHint(facts, "") === "" ? undefined : exampleHint(facts, "");
}

/** The key that tells the members of a union apart. */
function isKind(
  node: SchemaNode | undefined,
): node is SchemaNode & { readonly schema: z.ZodEnum<Record<string, string>> } {
  return node?.schema instanceof z.ZodEnum;
}

function exampleHint(facts: KeyFacts | undefined, before: string): string {
  const example = exampleText(facts?.example ?? facts?.default);
  return example === undefined ? "" : `${before}for example ${example}`;
}

function exampleText(example: unknown): string | undefined {
  if (example === undefined || (typeof example === "object" && JSON.stringify(example).length <= 2)) return undefined;
  return typeof example === "string" && !/^[\d.]+$|^\d{4}-|^$/.test(example) ? example : JSON.stringify(example);
}

function described(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map of keys";
  if (typeof value === "string") return `the text ${quote(value)}`;
  return typeof value === "number" ? `the number ${value}` : String(value === true);
}

function shown(value: unknown): string {
  return typeof value === "string" ? quote(value) : described(value);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? "") : `one of ${values.join(", ")}`;
}

function dotted(path: ValuePath): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${step}`))
    .join("");
}

function valueAt(root: unknown, path: ValuePath): unknown {
  let value = root;
  for (const step of path) value = isContainer(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return value;
}

function isContainer(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === "object" && value !== null;
}

function hintOf(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

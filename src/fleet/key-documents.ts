import { z } from "zod";

import { nearestName } from "../errors/nearest-name.ts";
import type { Speed } from "./fleet.ts";
import { fileKinds } from "./schema/file-kinds.ts";
import { type SchemaNode, schemaChildren } from "./schema/walk-schema.ts";

/** What is known of one key: for help, and for the reference page. */
export interface KeyDocument {
  /** Dotted; NAME stands for a name of the reader's choice, as in "profiles.NAME.cpuLimit". */
  readonly path: string;
  /** Where files with this key lie, for example "hubs/NAME.yaml". */
  readonly files: readonly string[];
  readonly description: string;
  /** In words: "text", "a whole number", "one of a, b". */
  readonly type: string;
  readonly isRequired: boolean;
  readonly default?: unknown;
  readonly unit?: string;
  /** As it stands in a file, inside the keys around it. */
  readonly example?: unknown;
  readonly speed: Speed;
  /** Names of the keys directly below. */
  readonly keys: readonly string[];
}

/** Every key of every file, in the order of the schemas; a key that several files share comes once. */
export function listKeys(): readonly KeyDocument[] {
  const documents = new Map<string, KeyDocument>();
  for (const kind of kindsWithKeys) {
    const { schema, path: file } = fileKinds[kind];
    const speed: Speed = kind === "image" ? "gated" : "live";
    for (const found of keysBelow(schema, { prefix: "", speed, file, wrap: (value) => value })) {
      const id = `${found.path} ${found.description}`;
      const known = documents.get(id);
      documents.set(id, known === undefined ? found : { ...known, files: [...new Set([...known.files, file])] });
    }
  }
  return [...documents.values()];
}

/** The keys that a word means: a whole path, with or without names, or its last part. */
export function findKeys(word: string): readonly KeyDocument[] {
  const all = listKeys();
  const steps = word.split(".");
  const exact = all.filter((document) => matches(document.path.split("."), steps));
  if (exact.length > 0) return exact;
  return all.filter((document) => `.${withoutNames(document.path)}`.endsWith(`.${word}`));
}

/** The path that was probably meant. */
export function nearestKey(word: string): string | undefined {
  const paths = listKeys().map((document) => withoutNames(document.path));
  return nearestName(word, [...paths, ...paths.map((path) => path.split(".").at(-1) ?? path)]);
}

const kindsWithKeys = ["fleet", "platform", "group", "hub", "cluster", "image", "experiment"] as const;
const anyName = "NAME";

interface Place {
  readonly prefix: string;
  readonly speed: Speed;
  readonly file: string;
  /** Puts an example into the keys around it. */
  readonly wrap: (value: unknown) => unknown;
}

function keysBelow(schema: z.ZodType, place: Place): KeyDocument[] {
  const { keys, entry } = schemaChildren(schema);
  if (entry !== undefined) {
    const isNested = schemaChildren(entry.node.schema).keys.size > 0;
    const wrap = (value: unknown): unknown => place.wrap(entry.kind === "list" ? [value] : { [anyName]: value });
    return isNested ? keysBelow(entry.node.schema, { ...place, wrap, prefix: `${place.prefix}${anyName}.` }) : [];
  }
  return [...keys].flatMap(([key, node]) => {
    const document = toDocument(key, node, place);
    const wrap = (value: unknown): unknown => place.wrap({ [key]: value });
    const { speed } = document;
    const below = keysBelow(node.schema, { ...place, wrap, speed, prefix: `${place.prefix}${key}.` });
    return [document, ...below];
  });
}

function toDocument(key: string, node: SchemaNode, { prefix, speed, file, wrap }: Place): KeyDocument {
  const facts = node.facts;
  const { keys, entry } = schemaChildren(node.schema);
  const below = entry === undefined ? keys : schemaChildren(entry.node.schema).keys;
  return {
    path: `${prefix}${key}`,
    files: [file],
    description: facts?.description ?? "",
    type: typeInWords(node.schema),
    isRequired: !node.isOptional,
    ...(facts?.default === undefined ? {} : { default: facts.default }),
    ...(facts?.unit === undefined ? {} : { unit: facts.unit }),
    ...(facts?.example === undefined ? {} : { example: wrap({ [key]: facts.example }) }),
    speed: facts?.speed ?? speed,
    keys: [...below.keys()],
  };
}

function typeInWords(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum) return `one of ${schema.options.join(", ")}`;
  if (schema instanceof z.ZodLiteral) return `one of ${[...schema.values].join(", ")}`;
  if (schema instanceof z.ZodNumber) return schema.isInt ? "a whole number" : "a number";
  if (schema instanceof z.ZodBoolean) return "true or false";
  const { entry, keys } = schemaChildren(schema);
  if (entry?.kind === "list") return `a list; each entry is ${typeInWords(entry.node.schema)}`;
  if (entry?.kind === "map") return `a map by name; each value is ${typeInWords(entry.node.schema)}`;
  if (schema instanceof z.ZodUnknown) return "anything";
  return keys.size > 0 ? "a map of keys" : "text";
}

function matches(path: readonly string[], steps: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return steps.length === 0;
  if (first === anyName) return matches(rest, steps) || (steps.length > 0 && matches(rest, steps.slice(1)));
  return first === steps[0] && matches(rest, steps.slice(1));
}

function withoutNames(path: string): string {
  return path
    .split(".")
    .filter((step) => step !== anyName)
    .join(".");
}

import { stringify } from "yaml";

import type { CodeEntry } from "../../errors/find-code.ts";
import type { FileDocument } from "../../fleet/file-documents.ts";
import type { KeyDocument } from "../../fleet/key-documents.ts";
import { createPaint } from "./paint.ts";

interface Look {
  readonly colors: boolean;
}

/** What an error means and what to do about it. */
export function renderCode({ code, meaning, cause, remedy }: CodeEntry, { colors }: Look): string {
  const paint = createPaint(colors);
  const lines = [
    paint("bold", code),
    `  ${meaning}`,
    ...(cause === undefined ? [] : [`  ${paint("dim", "usual cause:")} ${cause}`]),
    ...(remedy === undefined ? [] : [`  ${paint("dim", "what to do:")} ${remedy}`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** A kind of file with its uppermost keys, a line each. */
export function renderFile({ path, summary, keys }: FileDocument, { colors }: Look): string {
  const paint = createPaint(colors);
  const width = Math.max(...keys.map((key) => key.path.length));
  const lines = keys.map((key) => {
    const required = key.isRequired ? ` ${paint("yellow", "(required)")}` : "";
    return `  ${paint("cyan", key.path.padEnd(width))}  ${key.description}${required}`;
  });
  return `${[paint("bold", path), `  ${summary}`, ...lines].join("\n")}\n`;
}

/** What settings are for, a blank line between two. */
export function renderKeys(keys: readonly KeyDocument[], look: Look): string {
  return keys.map((key) => renderKey(key, look)).join("\n");
}

const speeds = {
  live: "live: takes effect at the next apply",
  gated: "gated: waits for `hubfleet up` here, and elsewhere for a bundle that passes the stages",
} as const;

function renderKey(key: KeyDocument, { colors }: Look): string {
  const paint = createPaint(colors);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["in", key.files.join(", ")],
    ["type", key.isRequired ? `${key.type} (required)` : key.type],
    ["unit", key.unit],
    ["default", key.default === undefined || isEmpty(key.default) ? undefined : inline(key.default)],
    ["speed", speeds[key.speed]],
    ["keys", key.keys.length === 0 ? undefined : key.keys.join(", ")],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${paint("dim", name.padEnd(8))} ${value}`],
  );
  const example = key.example === undefined ? [] : [`  ${paint("dim", "example")}`, ...exampleLines(key)];
  return `${[paint("bold", key.path), `  ${key.description}`, ...lines, ...example].join("\n")}\n`;
}

function exampleLines({ example }: KeyDocument): string[] {
  return stringify(example)
    .trimEnd()
    .split("\n")
    .map((line) => `    ${line}`);
}

function inline(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

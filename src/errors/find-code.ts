import type { CodeDocument, CodeText } from "./code-text.ts";
import { errorCodes } from "./codes.ts";

export interface CodeEntry extends CodeDocument {
  readonly code: string;
}

/** A code's text, whatever the case in which it was typed. */
export function findCode(word: string): CodeEntry | undefined {
  const code = word.toUpperCase();
  const text = Object.entries<CodeText>(errorCodes).find(([known]) => known === code)?.[1];
  return text === undefined ? undefined : toEntry(code, text);
}

/** All codes by name. */
export function listCodes(): readonly CodeEntry[] {
  return Object.entries<CodeText>(errorCodes)
    .map(([code, text]) => toEntry(code, text))
    .sort((left, right) => (left.code < right.code ? -1 : 1));
}

function toEntry(code: string, text: CodeText): CodeEntry {
  return typeof text === "string" ? { code, meaning: text } : { code, ...text };
}

import { parseDocument } from "yaml";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { renderScalar } from "./splice-text.ts";

/**
 * Adds a key at the end of a file that is a map of keys. Every byte that is there stays.
 * @throws HubfleetError PLACE_UNFIT where that would mean something else
 */
export function addKey(file: string, text: string, key: string, value: string): string {
  const lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text === "" || text.endsWith("\n") ? "" : lineBreak;
  const added = `${text}${gap}${key}: ${renderScalar(value, "PLAIN", { isInFlow: false })}${lineBreak}`;
  const [before, after] = [text, added].map((one) => parseDocument(one, { schema: "core" }));
  const isGood =
    after?.errors.length === 0 &&
    JSON.stringify({ ...entries(before), [key]: value }) === JSON.stringify(entries(after));
  if (isGood) return added;
  throw new HubfleetError("PLACE_UNFIT", {
    message: `"${file}" does not end in a way that a key can follow`,
    hint: `write this line into it: ${key}: ${value}`,
    at: { path: file, line: text.split("\n").length, column: 1 },
  });
}

function entries(document: ReturnType<typeof parseDocument> | undefined): object {
  const value: unknown = document?.toJS();
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

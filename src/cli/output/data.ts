import { stringify } from "yaml";

import type { OutputFormat } from "../command.ts";

/** A result as JSON for programs: indented, ended by a line break. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The result as JSON or YAML where one of them was asked for; undefined for the formats that people read. */
export function renderData(value: unknown, format: OutputFormat): string | undefined {
  if (format === "json") return renderJson(value);
  return format === "yaml" ? stringify(value) : undefined;
}

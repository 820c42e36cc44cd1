import { stringify } from "yaml";

import { type CodeEntry, listCodes } from "../errors/find-code.ts";
import { type KeyDocument, listKeys } from "./key-documents.ts";
import { fileKinds } from "./schema/file-kinds.ts";

/** docs/reference/settings.md: every key of every file. */
export function renderSettingsPage(): string {
  const groups = Map.groupBy(listKeys(), (key) => key.files.join(", "));
  const sections = [...groups].map(([files, keys]) => [`## ${files}`, ...keys.map(keySection)].join("\n\n"));
  const kinds = Object.values(fileKinds).map(({ path, summary }) => `| \`${path}\` | ${summary} |`);
  return `${[
    "# Settings",
    "Made from the schemas; `hubfleet explain KEY` shows the same on a terminal. **Live** settings take effect at the next `apply`; **gated** ones reach users through the stages, in a bundle.",
    ["| file | what it holds |", "|---|---|", ...kinds].join("\n"),
    ...sections,
  ].join("\n\n")}\n`;
}

/** docs/reference/errors.md: every error code. */
export function renderErrorsPage(): string {
  return `${[
    "# Errors",
    "`hubfleet explain CODE` shows the same on a terminal. Codes are never reused for another meaning.",
    ...listCodes().map(codeSection),
  ].join("\n\n")}\n`;
}

function keySection(key: KeyDocument): string {
  const facts = [
    key.isRequired ? `${key.type}, required` : key.type,
    ...(key.unit === undefined ? [] : [key.unit]),
    ...(hasContent(key.default) ? [`default \`${inline(key.default)}\``] : []),
    key.speed,
  ];
  const example = key.example === undefined ? [] : [`\`\`\`yaml\n${stringify(key.example)}\`\`\``];
  return [`### \`${key.path}\``, key.description, `*${facts.join(" · ")}*`, ...example].join("\n\n");
}

function codeSection({ code, meaning, cause, remedy }: CodeEntry): string {
  return [
    `## ${code}`,
    meaning,
    ...(cause === undefined ? [] : [`Usual cause: ${cause}`]),
    ...(remedy === undefined ? [] : [`What to do: ${remedy}`]),
  ].join("\n\n");
}

function hasContent(value: unknown): boolean {
  if (value === undefined || value === "") return false;
  return typeof value !== "object" || value === null || Object.keys(value).length > 0;
}

function inline(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

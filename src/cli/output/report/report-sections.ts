import { onOneLine } from "../evidence/record-words.ts";
import { renderTable } from "../table.ts";

/** A part of a report: a heading, and a table or lines below it. */
export interface ReportSection {
  readonly title: string;
  readonly table?: { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly lines?: readonly string[];
}

/** What others wrote into commits and records cannot reach beyond its line. */
export function renderReport(sections: readonly ReportSection[]): string {
  return sections
    .map(({ title, table, lines = [] }) => {
      const rows = table?.rows.map((row) => row.map(onOneLine)) ?? [];
      const shown = table === undefined || rows.length === 0 ? "" : renderTable(table.header, rows);
      return `${onOneLine(title)}\n${shown}${lines.map((line) => `  ${onOneLine(line)}\n`).join("")}`;
    })
    .join("\n");
}

/** The same, to be put into a page. */
export function renderReportMarkdown(sections: readonly ReportSection[]): string {
  return sections
    .map(({ title, table, lines = [] }, index) => {
      const heading = `${index === 0 ? "#" : "##"} ${escapeMarkdown(title)}\n`;
      const listed = lines.length === 0 ? "" : `\n${lines.map((line) => `- ${escapeMarkdown(line)}\n`).join("")}`;
      return `${heading}${table === undefined || table.rows.length === 0 ? "" : `\n${markdownTable(table)}`}${listed}`;
    })
    .join("\n");
}

function markdownTable({ header, rows }: NonNullable<ReportSection["table"]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  const body = rows.map((row) => line(row.map(escapeMarkdown)));
  return `${line(header.map(capitalised))}${line(header.map(() => "---"))}${body.join("")}`;
}

function capitalised(word: string): string {
  return word.slice(0, 1) + word.slice(1).toLowerCase();
}

/** Nothing of it is taken for a tag, a link, a column or emphasis. */
function escapeMarkdown(text: string): string {
  return onOneLine(text).replaceAll(/[\\`*_[\]<>|#]/g, "\\$&");
}

import type { ComparedBundles } from "../../../app/bundle-use-cases.ts";
import type { BundleDifference } from "../../../bundle/diff-bundles.ts";
import { renderTable } from "../table.ts";
import { shownValue } from "./shown-settings.ts";

/** Whether hubs would notice: a bundle made again with other tools is the same to them. */
export function isSameBundle({ parts }: BundleDifference): boolean {
  return parts.length === 0;
}

export function renderComparison(compared: ComparedBundles): string {
  const { before, after, difference } = compared;
  const tables = tablesOf(difference).map(({ header, rows }) => renderTable(header, rows));
  const head = `${before.id} → ${after.id}${isSameBundle(difference) ? ": no part differs" : ""}\n`;
  return [head, ...tables].join("\n");
}

/** The same for a pull request. */
export function renderComparisonMarkdown({ before, after, difference }: ComparedBundles): string {
  const head = `### Bundle \`${before.id}\` → \`${after.id}\`\n${isSameBundle(difference) ? "\nNo part differs.\n" : ""}`;
  const tables = tablesOf(difference).map(({ header, rows }) =>
    [header.map((title) => title.toLowerCase()), header.map(() => "---"), ...rows.map((row) => row.map(escape))]
      .map((cells) => `| ${cells.join(" | ")} |\n`)
      .join(""),
  );
  return [head, ...tables].join("\n");
}

interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function tablesOf({ parts, settings, charts, versions }: BundleDifference): readonly Table[] {
  const all: readonly Table[] = [
    { header: ["PART", "WHAT"], rows: parts.map(({ part, what }) => [part, what]) },
    {
      header: ["SETTING", "BEFORE", "AFTER", "WRITTEN AT"],
      rows: settings.map(({ layer, path, before, after, origin = "" }) => [
        `${layer}: ${path}`,
        before === undefined ? "" : shownValue(before),
        after === undefined ? "" : shownValue(after),
        origin,
      ]),
    },
    {
      header: ["CHART", "BEFORE", "AFTER"],
      rows: charts.map(({ name, before = "", after = "" }) => [name, before, after]),
    },
    {
      header: ["IN USE", "BEFORE", "AFTER"],
      rows: versions.map(({ name, before = "", after = "" }) => [name, before, after]),
    },
  ];
  return all.filter(({ rows }) => rows.length > 0);
}

/** Text in which nothing means anything. */
function escape(text: string): string {
  return text.replaceAll(/[\\|`*_[\]@#]/g, (sign) => `\\${sign}`).replaceAll("<", "&lt;");
}

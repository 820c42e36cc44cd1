import type { ComparedBundles } from "../../../app/bundle-use-cases.ts";
import type { ChartNotes } from "../../../bundle/chart-notes.ts";
import type { BundleDifference } from "../../../bundle/diff-bundles.ts";
import { renderTable } from "../table.ts";
import { shownValue } from "./shown-settings.ts";

/** Whether hubs would notice: a bundle made again with other tools is the same to them. */
export function isSameBundle({ parts }: BundleDifference): boolean {
  return parts.length === 0;
}

export function renderComparison(compared: ComparedBundles): string {
  const { before, after, difference } = compared;
  const tables = tablesOf(compared).map(({ header, rows }) => renderTable(header, rows));
  const head = `${before.id} → ${after.id}${isSameBundle(difference) ? ": no part differs" : ""}\n`;
  return [head, ...tables, ...notComparedWords(compared)].join("\n");
}

/** The same for a pull request. */
export function renderComparisonMarkdown(compared: ComparedBundles): string {
  const { before, after, difference } = compared;
  const head = `### Bundle \`${before.id}\` → \`${after.id}\`\n${isSameBundle(difference) ? "\nNo part differs.\n" : ""}`;
  const tables = tablesOf(compared).map(({ header, rows }) =>
    [header.map((title) => title.toLowerCase()), header.map(() => "---"), ...rows.map((row) => row.map(escape))]
      .map((cells) => `| ${cells.join(" | ")} |\n`)
      .join(""),
  );
  return [head, ...tables, ...notComparedWords(compared)].join("\n");
}

interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function tablesOf({ difference, charts: compared }: ComparedBundles): readonly Table[] {
  const { parts, settings, charts, versions } = difference;
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
      header: ["THE CHART'S OWN", "BEFORE", "AFTER"],
      rows: compared.notes.flatMap(noteRows),
    },
    {
      header: ["IN USE", "BEFORE", "AFTER"],
      rows: versions.map(({ name, before = "", after = "" }) => [name, before, after]),
    },
  ];
  return all.filter(({ rows }) => rows.length > 0);
}

/** What a hub gets of the newer chart without anybody saying so. */
function noteRows({ chart, appVersion, values }: ChartNotes): readonly (readonly string[])[] {
  const shown = (value: unknown): string => (value === undefined ? "" : shownValue(value));
  return [
    ...(appVersion === undefined ? [] : [[`${chart}: what it installs`, appVersion.before, appVersion.after]]),
    ...values.map(({ path, before, after }) => [`${chart}: ${path}`, shown(before), shown(after)]),
  ];
}

function notComparedWords({ charts: { notCompared } }: ComparedBundles): readonly string[] {
  return notCompared.map(
    (name) => `what ${name} brings was not compared: one of both versions is not on this machine\n`,
  );
}

/** Text in which nothing means anything. */
function escape(text: string): string {
  return text.replaceAll(/[\\|`*_[\]@#]/g, (sign) => `\\${sign}`).replaceAll("<", "&lt;");
}

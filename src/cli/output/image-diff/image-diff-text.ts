import { type ImageDifference, isEmptyDifference } from "../../../image/diff/image-difference.ts";
import type { PackageChange } from "../../../image/diff/package-change.ts";
import type { Paint } from "../paint.ts";
import { renderTable } from "../table.ts";
import { type ChangeRow, countRows, sectionsOf } from "./change-rows.ts";
import { environmentTitle, packageCounts, pythonWords, remarksOf } from "./difference-parts.ts";
import { downloadWords, sizeWords } from "./size-words.ts";

/** A difference as people read it: what matters most first, what nobody asked for as a count unless it is `wide`. */
export function renderImageDifference(difference: ImageDifference, paint: Paint, isWide: boolean): string {
  const { before, after, environments, system, settings } = difference;
  const download = downloadWords(difference);
  const blocks = environments.map((environment) => {
    const title = environmentTitle(environment);
    const python = pythonWords(environment);
    const isListed = environment.kind === "changed" || environment.kind === "moved" || isWide;
    return [
      ...(title === "" ? [] : [`\n${paint("bold", title)}\n`]),
      ...(python === undefined ? [] : [`\n${paint("yellow", python)}\n`]),
      ...(isListed ? [renderChanges(environment.packages, paint, isWide)] : []),
    ].join("");
  });
  return [
    `${paint("bold", before.name)} → ${paint("bold", after.name)}\n`,
    `${packageCounts(difference)}; ${sizeWords(difference)}\n`,
    ...(download === undefined ? [] : [`to download for what changed: ${download}\n`]),
    ...(isEmptyDifference(difference) ? ["\nNo difference.\n"] : []),
    ...blocks,
    renderSystem(system, paint, isWide),
    settings.length === 0 ? "" : `\n${paint("bold", "Settings of the container")}\n`,
    ...settings.map(({ setting, from, to }) => `  ${setting}: ${shown(from)} → ${shown(to)}\n`),
    ...remarksOf(difference).map((remark) => `note: ${remark}\n`),
  ].join("");
}

function renderChanges(changes: readonly PackageChange[], paint: Paint, isWide: boolean): string {
  const { sections, rest } = sectionsOf(changes);
  const all = isWide && rest.length > 0 ? [...sections, { title: "Pulled in", rows: rest }] : sections;
  // One table, so that columns stand below each other across the headings.
  const lines = renderRows(
    all.flatMap(({ rows }) => rows),
    paint,
  );
  let next = 0;
  const parts = all.map(({ title, rows }) => {
    const own = lines.slice(next, next + rows.length);
    next += rows.length;
    return `\n${paint("bold", title)}\n${own.map((line) => `${line}\n`).join("")}`;
  });
  const folded = isWide || rest.length === 0 ? [] : [`\nPulled in: ${countRows(rest)} (-o wide names them)\n`];
  return [...parts, ...folded].join("");
}

function renderSystem(system: readonly PackageChange[] | undefined, paint: Paint, isWide: boolean): string {
  if (system === undefined || system.length === 0) return "";
  const { sections, rest } = sectionsOf(system);
  const rows = [...sections.flatMap((section) => section.rows), ...rest];
  const title = paint("bold", "Packages of the distribution");
  if (!isWide) return `\n${title}: ${countRows(rows)} (-o wide names them)\n`;
  return `\n${title}\n${renderRows(rows, paint)
    .map((line) => `${line}\n`)
    .join("")}`;
}

const colors = { "+": "green", "−": "red", "~": "cyan" } as const;

function renderRows(rows: readonly ChangeRow[], paint: Paint): readonly string[] {
  const cells = rows.map(({ mark, name, from, to, what, isAlarming }) => [
    `  ${paint(colors[mark], mark)}`,
    name,
    from,
    mark === "~" && from !== to ? "→" : "",
    mark === "~" && from === to ? "" : to,
    isAlarming ? paint("yellow", what) : what,
  ]);
  const [first, ...others] = cells;
  return first === undefined ? [] : renderTable(first, others).trimEnd().split("\n");
}

function shown(value: string | undefined): string {
  if (value === undefined) return "none";
  return value.length > 120 ? `${value.slice(0, 117)}…` : value === "" ? '""' : value;
}

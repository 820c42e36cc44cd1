import {
  type EnvironmentDifference,
  type ImageDifference,
  isEmptyDifference,
} from "../../../image/diff/image-difference.ts";
import { type ChangeRow, countRows, sectionsOf } from "./change-rows.ts";
import { environmentTitle, packageCounts, pythonWords, remarksOf } from "./difference-parts.ts";
import { downloadWords, sizeWords } from "./size-words.ts";

/** GitHub refuses a comment of more than 65,536 characters. */
const limit = 65_000;

/**
 * The same for a pull request, folded. What does not fit is left out from the end, where the least important stands,
 * and counted.
 */
export function renderImageDifferenceMarkdown(difference: ImageDifference): string {
  const { before, after, environments, system, settings } = difference;
  const download = downloadWords(difference);
  const head = [
    `### ${code(before.name)} → ${code(after.name)}\n\n`,
    `${packageCounts(difference)}; ${escapeMarkdown(sizeWords(difference))}\n`,
    ...(download === undefined ? [] : [`\nTo download for what changed: ${download}\n`]),
    ...(isEmptyDifference(difference) ? ["\nNo difference.\n"] : []),
    ...remarksOf(difference)
      .slice(0, 20)
      .map((remark) => `\n> ${escapeMarkdown(remark).slice(0, 500)}\n`),
  ].join("");
  const systemRows = sectionsOf(system ?? []);
  const debian = [...systemRows.sections.flatMap(({ rows }) => rows), ...systemRows.rest];
  const blocks: readonly Block[] = [
    ...environments.flatMap(environmentBlocks),
    ...(debian.length === 0 ? [] : [{ title: "Packages of the distribution", isFolded: true, rows: debian }]),
  ];
  const told = settings.map(
    ({ setting, from, to }) => `| ${escapeMarkdown(setting)} | ${value(from)} | ${value(to)} |\n`,
  );
  const tail =
    told.length === 0 ? "" : `\n**Settings of the container**\n\n${settingsHead}${told.slice(0, 100).join("")}`;
  return head + fit(blocks, limit - head.length - Math.min(tail.length, limit / 4)) + tail.slice(0, limit / 4);
}

interface Block {
  readonly title: string;
  readonly isFolded: boolean;
  readonly rows: readonly ChangeRow[];
}

function environmentBlocks(environment: EnvironmentDifference): readonly Block[] {
  const place = [environmentTitle(environment), pythonWords(environment)]
    .filter((words) => words !== undefined && words !== "")
    .join("; ");
  const heading = place === "" ? [] : [{ title: place, isFolded: false, rows: [] }];
  if (environment.kind === "added" || environment.kind === "removed") return heading;
  const { sections, rest } = sectionsOf(environment.packages);
  return [
    ...heading,
    ...sections.map((section) => ({ ...section, isFolded: false })),
    ...(rest.length === 0 ? [] : [{ title: "Pulled in", isFolded: true, rows: rest }]),
  ];
}

const tableHead = "| | package | before | after | |\n| --- | --- | --- | --- | --- |\n";
const settingsHead = "| setting | before | after |\n| --- | --- | --- |\n";

function fit(blocks: readonly Block[], room: number): string {
  let left = room;
  return blocks
    .map((block) => {
      // Room for the heading and the words about what was left out.
      let space = left - block.title.length - tableHead.length - 300;
      const rows = block.rows.map(renderRow);
      const end = rows.findIndex((row) => (space -= row.length) < 0);
      const text = renderBlock(block, end === -1 ? rows : rows.slice(0, end));
      left -= text.length;
      return left < 0 ? "" : text;
    })
    .join("");
}

function renderBlock({ title, isFolded, rows }: Block, told: readonly string[]): string {
  const missing = rows.length - told.length;
  const more = missing === 0 ? "" : `\nand ${missing} more: \`hubfleet image diff -o wide\` names them\n`;
  if (rows.length === 0) return `\n**${escapeMarkdown(title)}**\n`;
  const table = told.length === 0 ? more : `${tableHead}${told.join("")}${more}`;
  if (!isFolded) return `\n**${escapeMarkdown(title)}**\n\n${table}`;
  return `\n<details><summary>${escapeMarkdown(title)}: ${countRows(rows)}</summary>\n\n${table}\n</details>\n`;
}

function renderRow({ mark, name, from, to, what, isAlarming }: ChangeRow): string {
  const cells = [name, from, to].map((cell) => escapeMarkdown(cell).slice(0, 300));
  const words = escapeMarkdown(what).slice(0, 600);
  return `| ${mark} | ${cells.join(" | ")} | ${isAlarming ? `⚠ ${words}` : words} |\n`;
}

function value(text: string | undefined): string {
  return text === undefined ? "" : code(text.slice(0, 200));
}

/** Text in which nothing means anything: packages' makers write reasons, and people write addresses. */
function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\\|`*_[\]@#]/g, (sign) => `\\${sign}`)
    .replaceAll("<", "&lt;")
    .replaceAll(/\s+/g, " ");
}

function code(text: string): string {
  return `\`${text.replaceAll(/[`|\s]+/g, " ")}\``;
}

import type { CheckedVerdict, ImageCheckReport } from "../../image/check/image-check-report.ts";
import type { Paint } from "./paint.ts";
import { renderTable } from "./table.ts";

const colors = { passed: "green", warned: "yellow", failed: "red", skipped: "dim", interrupted: "yellow" } as const;

/** A line for each check, where to read more about those that did not just pass, the verdict last. */
export function renderImageCheck(report: ImageCheckReport, paint: Paint): string {
  const rows = report.checks.map((one) => [
    one.check,
    paint(colors[one.result], one.result),
    seconds(one),
    one.from === null ? one.summary : `${one.summary} ${paint("dim", `(${fromWhen(one.from)})`)}`,
  ]);
  const more = report.checks
    .filter(({ result, files }) => (result === "failed" || result === "warned") && files.length > 0)
    .map(({ check, files }) => `${check}: see ${files.filter((file) => !file.endsWith("/verdict.json")).join(", ")}\n`);
  const total = `${(report.milliseconds / 1000).toFixed(1)} s`;
  const verdict = paint(colors[report.verdict], report.verdict);
  const table = renderTable(["CHECK", "RESULT", "SECONDS", ""], rows);
  return `${table}${more.join("")}${report.target}: ${verdict}${counts(report)} in ${total}\n`;
}

/** The same for a pull request. */
export function renderImageCheckMarkdown(report: ImageCheckReport): string {
  const rows = report.checks.map(
    (one) => `| ${one.check} | ${one.result} | ${seconds(one)} | ${one.summary.replaceAll("|", "\\|")} |`,
  );
  return `### ${report.target}: check ${report.verdict}\n\n| check | result | seconds | |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

/** What else than "passed" there is, in numbers. */
function counts({ checks }: ImageCheckReport): string {
  const told = (["failed", "warned", "skipped"] as const).flatMap((result) => {
    const count = checks.filter((one) => one.result === result).length;
    return count === 0 ? [] : [`${count} ${result}`];
  });
  return told.length === 0 ? "" : ` (${told.join(", ")})`;
}

function fromWhen(iso: string): string {
  return `from ${iso.slice(0, 16).replace("T", " ")} UTC`;
}

function seconds({ result, milliseconds }: CheckedVerdict): string {
  return result === "skipped" || result === "interrupted" ? "" : (milliseconds / 1000).toFixed(1);
}

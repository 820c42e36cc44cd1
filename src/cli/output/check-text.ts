import type { CheckReport, StepReport } from "../../operate/check/check-report.ts";
import type { Paint } from "./paint.ts";
import { renderTable } from "./table.ts";

const colors = { passed: "green", failed: "red", skipped: "dim", interrupted: "yellow" } as const;

/** A line for each step with its time, the reasons below, the verdict last. */
export function renderCheck(report: CheckReport, paint: Paint): string {
  const rows = report.steps.map((step) => [
    step.name,
    paint(colors[step.state], step.state),
    seconds(step),
    step.title,
  ]);
  const reasons = failures(report).map(({ name, reason }) => `${name}: ${reason}\n`);
  const swept = report.swept.map((user) => `${user}, left by an earlier check, is gone\n`);
  const deferred = report.deferred.map(
    ({ step, due }) => `${step}: from ${due} on, by \`hubfleet check ${report.target} --only due\`\n`,
  );
  if (report.steps.length === 0) return `${deferred.join("")}${report.target}: nothing is due\n`;
  const verdict = paint(colors[report.verdict], report.verdict);
  const total = `${(report.milliseconds / 1000).toFixed(1)} s`;
  const table = renderTable(["STEP", "STATE", "SECONDS", ""], rows);
  return `${table}${reasons.join("")}${swept.join("")}${deferred.join("")}${report.target}: ${verdict} in ${total}\n`;
}

/** The same for a pull request. */
export function renderCheckMarkdown(report: CheckReport): string {
  const rows = report.steps.map(
    (step) => `| ${step.name} | ${step.state} | ${seconds(step)} | ${(step.reason ?? "").replaceAll("|", "\\|")} |`,
  );
  return `### ${report.target}: check ${report.verdict}\n\n| step | state | seconds | reason |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

function failures({ steps }: CheckReport): readonly StepReport[] {
  return steps.filter(({ state }) => state === "failed");
}

function seconds({ state, milliseconds }: StepReport): string {
  return state === "skipped" ? "" : (milliseconds / 1000).toFixed(1);
}

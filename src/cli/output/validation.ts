import { renderProblems } from "../../errors/render-problems.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import { problemDocument } from "./problem-document.ts";

/** Every problem and warning, then one line that sums up. */
export function renderValidation(reading: FleetReading, { colors }: { readonly colors: boolean }): string {
  const { problems, warnings } = reading;
  const parts = [
    renderProblems(problems, { colors }),
    renderProblems(warnings, { colors, severity: "warning" }),
    `${summary(reading)}\n`,
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** The shape of `validate -o json`. Fields are added, never changed, within a version. */
export function validationDocument({ problems, warnings, written }: FleetReading): object {
  return {
    version: 1,
    valid: problems.length === 0,
    hubs: written.hubs.names.size,
    images: written.images.names.size,
    clusters: written.clusters.names.size,
    problems: problems.map(problemDocument),
    warnings: warnings.map(problemDocument),
  };
}

function summary({ problems, warnings, written }: FleetReading): string {
  const counts = [
    plural(written.hubs.names.size, "hub"),
    plural(written.images.names.size, "image"),
    plural(written.clusters.names.size, "cluster"),
  ];
  const verdict = problems.length === 0 ? "no problems" : plural(problems.length, "problem");
  const warned = warnings.length === 0 ? "" : `, ${plural(warnings.length, "warning")}`;
  return `${counts.join(", ")}: ${verdict}${warned}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

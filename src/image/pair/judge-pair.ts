import { versionStep } from "../version/version-step.ts";
import type { PairSide } from "./pair-side.ts";
import { type PairDifference, type PairSeverity, ruleFor } from "./pair-rules.ts";

/** A package that differs between notebook and worker, and what that means. */
export interface PairFinding {
  readonly name: string;
  /** Undefined where the image does not hold it. */
  readonly notebook: string | undefined;
  readonly worker: string | undefined;
  readonly difference: PairDifference;
  readonly severity: PairSeverity;
  readonly because: string;
}

const severities: readonly PairSeverity[] = ["refused", "fails", "warns", "passes"];

/** Compares two images package by package, the weightiest difference first. Python counts as a package. */
export function judgePair(notebook: PairSide, worker: PairSide): readonly PairFinding[] {
  const names = new Set(["python", ...notebook.versions.keys(), ...worker.versions.keys()]);
  const findings = [...names].flatMap((name) => {
    const [here, there] = [versionOf(notebook, name), versionOf(worker, name)];
    const difference = differenceOf(here, there);
    if (difference === undefined) return [];
    const { severities: rated, because } = ruleFor(name);
    return [{ name, notebook: here, worker: there, difference, severity: rated[difference], because }];
  });
  return findings.sort(
    (one, other) =>
      severities.indexOf(one.severity) - severities.indexOf(other.severity) || (one.name < other.name ? -1 : 1),
  );
}

/** "dask 2026.7.1 in the notebook, 2026.8.0 on the worker" */
export function describeFinding({ name, notebook, worker }: PairFinding): string {
  const title = name === "python" ? "Python" : name;
  if (notebook === undefined) return `${title} ${worker ?? ""} on the worker, missing in the notebook`;
  if (worker === undefined) return `${title} ${notebook} in the notebook, missing on the worker`;
  return `${title} ${notebook} in the notebook, ${worker} on the worker`;
}

function versionOf(side: PairSide, name: string): string | undefined {
  return name === "python" ? side.python : side.versions.get(name);
}

function differenceOf(notebook: string | undefined, worker: string | undefined): PairDifference | undefined {
  if (notebook === undefined) return "missing in the notebook";
  if (worker === undefined) return "missing on the worker";
  // A minor without its patch ("3.11") is what a file says where the machine decides the rest.
  if (notebook.startsWith(`${worker}.`) || worker.startsWith(`${notebook}.`)) return undefined;
  const step = versionStep(notebook, worker);
  if (step === undefined) return undefined;
  if (step.size === "major" || step.size === "minor") return step.size;
  return step.size === "other" ? "major" : "patch";
}

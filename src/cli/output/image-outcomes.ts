import type { AddedPackages } from "../../apply/add-packages.ts";
import type { ContainerOutcome } from "../../apply/container-outcome.ts";
import type { ImageOutcome } from "../../apply/lock-images.ts";
import { renderProblems } from "../../errors/render-problems.ts";
import type { Terminal } from "../../ports/terminal.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";

/** What became of each image; the reasons of those that failed come last. */
export function printImageOutcomes(outcomes: readonly ImageOutcome[], terminal: Terminal): ExitCode {
  for (const outcome of outcomes) {
    if (outcome.kind === "failed") terminal.err(`${outcome.target}: failed\n`);
    else terminal.err(`${outcome.target}: ${outcome.note}\n`);
  }
  return printFailures(outcomes, terminal);
}

type Outcome = ImageOutcome | ContainerOutcome;

/** The reasons of those that failed, on stderr; the exit status says how many of all that are. */
export function printFailures(outcomes: readonly Outcome[], terminal: Terminal): ExitCode {
  const failed = outcomes.flatMap((outcome) => (outcome.kind === "failed" ? [outcome] : []));
  if (failed.length === 0) return exitCodes.done;
  const errors = failed.flatMap((outcome) => outcome.errors);
  terminal.err(`\n${renderProblems(errors, { colors: terminal.colors })}`);
  return failed.length === outcomes.length ? exitCodes.failed : exitCodes.someTargetsFailed;
}

export function imageOutcomesAsData(outcomes: readonly Outcome[]): unknown {
  return {
    version: 1,
    outcomes: outcomes.map((outcome) =>
      outcome.kind === "failed"
        ? { ...outcome, errors: outcome.errors.map(({ code, message, hint }) => ({ code, message, hint })) }
        : outcome,
    ),
  };
}

/** What was written, what the lock says now, and how to try it. */
export function renderAdded(added: AddedPackages, usedBy: readonly string[]): string {
  const { target, file, changed, present, lock, difference } = added;
  const [hub] = usedBy;
  return [
    ...(changed.length > 0 ? [`${file}: ${changed.join(", ")}`] : []),
    ...(present.length > 0 ? [`${file} has ${present.join(", ")} already`] : []),
    `${lock}: ${difference}`,
    `${target} is built and ready`,
    "",
    ...(hub === undefined ? ["no hub uses it yet"] : [`try it:     hubfleet up hub/${hub}`]),
    `then commit ${file} and ${lock}`,
    "",
  ].join("\n");
}

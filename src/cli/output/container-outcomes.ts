import type { ContainerOutcome } from "../../apply/container-outcome.ts";
import { renderProblems } from "../../errors/render-problems.ts";
import type { Terminal } from "../../ports/terminal.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";

/** References on stdout, one for each line, for whoever pulls them; what became of each on stderr, failures last. */
export function printContainerOutcomes(
  outcomes: readonly ContainerOutcome[],
  { terminal, isJson }: { readonly terminal: Terminal; readonly isJson: boolean },
): ExitCode {
  for (const outcome of outcomes) {
    terminal.err(`${outcome.target}: ${sentence(outcome)}\n`);
    if (outcome.kind === "failed" || isJson) continue;
    const { reference } = outcome.container;
    const mirrors = outcome.kind === "built" ? [] : outcome.mirrors;
    for (const one of reference === null ? mirrors : [reference, ...mirrors]) terminal.out(`${one}\n`);
  }
  const failed = outcomes.flatMap((outcome) => (outcome.kind === "failed" ? [outcome] : []));
  if (failed.length === 0) return exitCodes.done;
  const errors = failed.flatMap((outcome) => outcome.errors);
  terminal.err(`\n${renderProblems(errors, { colors: terminal.colors })}`);
  return failed.length === outcomes.length ? exitCodes.failed : exitCodes.someTargetsFailed;
}

function sentence(outcome: ContainerOutcome): string {
  switch (outcome.kind) {
    case "failed":
      return "failed";
    case "unchanged":
      return `nothing to do: ${outcome.note}`;
    case "built":
      return `builds and passes its checks as ${outcome.container.tag} (${outcome.note}); not pushed`;
    case "pushed":
      return `pushed as ${outcome.container.tag} (${outcome.note})`;
  }
}

export function containerOutcomesAsData(outcomes: readonly ContainerOutcome[]): unknown {
  return {
    version: 1,
    outcomes: outcomes.map((outcome) =>
      outcome.kind === "failed"
        ? { ...outcome, errors: outcome.errors.map(({ code, message, hint }) => ({ code, message, hint })) }
        : outcome,
    ),
  };
}

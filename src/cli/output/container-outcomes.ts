import type { ContainerOutcome } from "../../apply/container-outcome.ts";
import type { Terminal } from "../../ports/terminal.ts";
import type { ExitCode } from "../exit-codes.ts";
import { printFailures } from "./image-outcomes.ts";

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
  return printFailures(outcomes, terminal);
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

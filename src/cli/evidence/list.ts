import type { Command } from "commander";

import { renderProblems } from "../../errors/render-problems.ts";
import { chosenFormat, type CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { standingWords } from "../output/bundle/standing-words.ts";
import { renderJson } from "../output/data.ts";
import { evidenceListDocument } from "../output/evidence/evidence-document.ts";
import { renderEvidenceList } from "../output/evidence/record-text.ts";
import { addFilterOptions, chosenFilter, type FilterOptions } from "./filter-options.ts";

export function configure(command: Command, context: CommandContext): void {
  addFilterOptions(command)
    .addHelpText(
      "after",
      `
Records say what was checked, seen, approved and done: with digests, by whom, when by which clock. They are files of the
branch hubfleet/state, never rewritten. Where its remote cannot be reached, those that this clone has are listed.

  hubfleet evidence list --bundle 3fa9 --kind sign-off,promotion
  hubfleet evidence list --hub research --since 7d`,
    )
    .action(async (options: FilterOptions) => {
      const { terminal, signal } = context;
      const app = await context.openApp(options);
      const found = await app.evidence.list(chosenFilter(options), signal);
      const format = chosenFormat(options);
      if (format === "json") terminal.out(renderJson(evidenceListDocument(found)));
      else if (format === "name") terminal.out(found.records.map(({ name }) => `${name}\n`).join(""));
      else terminal.out(renderEvidenceList(found, terminal.isOutTerminal ? terminal.columns : undefined));
      terminal.err(standingWords(found.standing));
      if (found.problems.length === 0) return;
      if (format !== "json") {
        terminal.err(renderProblems(found.problems, { colors: terminal.colors && terminal.isErrTerminal }));
      }
      context.exit(exitCodes.failed);
    });
}

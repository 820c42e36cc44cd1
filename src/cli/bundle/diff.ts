import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { comparedBundlesDocument } from "../output/bundle/bundle-document.ts";
import { isSameBundle, renderComparison, renderComparisonMarkdown } from "../output/bundle/bundle-difference.ts";
import { standingWords } from "../output/bundle/standing-words.ts";
import { renderJson } from "../output/data.ts";

interface DiffOptions extends GlobalOptions {
  readonly detailedExitcode?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<before>", "a bundle's id, or the beginning of it")
    .argument("<after>", "the same")
    .option("--detailed-exitcode", "end with 2 when something differs")
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { terminal, signal } = context;
      const app = await context.openApp(options);
      const compared = await app.bundles.diff(before, after, signal);
      const format = chosenFormat(options);
      if (format === "json") terminal.out(renderJson(comparedBundlesDocument(compared)));
      else if (format === "md") terminal.out(renderComparisonMarkdown(compared));
      else terminal.out(renderComparison(compared));
      terminal.err(standingWords(compared.standing));
      if (options.detailedExitcode === true && !isSameBundle(compared.difference)) {
        context.exit(exitCodes.changesPresent);
      }
    });
}

import type { Command } from "commander";

import type { CommandContext, GlobalOptions } from "../command.ts";
import { standingWords } from "../output/bundle/standing-words.ts";
import { renderJson } from "../output/data.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .addHelpText(
      "after",
      `
The names of the last records hang on every byte of all before them. Kept elsewhere (a ticket, a letter, another host, a
tag that is signed), this is what \`hubfleet evidence verify --against FILE\` compares with, and tells whether anything was
changed or taken away since.

  hubfleet evidence anchor > anchor.json`,
    )
    .action(async (options: GlobalOptions) => {
      const { terminal, signal } = context;
      const app = await context.openApp(options);
      const { anchor, standing } = await app.evidence.anchor(signal);
      terminal.out(renderJson(anchor));
      terminal.err(standingWords(standing));
    });
}

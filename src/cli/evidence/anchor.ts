import type { Command } from "commander";

import type { CommandContext, GlobalOptions } from "../command.ts";
import { standingWords } from "../output/bundle/standing-words.ts";
import { renderJson } from "../output/data.ts";

interface AnchorOptions extends GlobalOptions {
  readonly sign?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .option("--sign", "sign it with your SSH key, to keep it where others can write, too")
    .addHelpText(
      "after",
      `
The names of the last records hang on every byte of all before them. Kept elsewhere (a ticket, a letter, another host, a
tag that is signed), this is what \`hubfleet evidence verify --against FILE\` compares with, and tells whether anything was
changed or taken away since. Signed with a key that fleet.yaml has for you, it may be kept anywhere: who changes it cannot
sign it.

  hubfleet evidence anchor > anchor.json`,
    )
    .action(async (options: AnchorOptions) => {
      const { terminal, signal } = context;
      const app = await context.openApp(options);
      const { anchor, standing } = await app.evidence.anchor(signal, { sign: options.sign === true });
      terminal.out(renderJson(anchor));
      terminal.err(standingWords(standing));
    });
}

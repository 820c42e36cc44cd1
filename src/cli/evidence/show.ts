import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { standingWords } from "../output/bundle/standing-words.ts";
import { renderJson } from "../output/data.ts";
import { shownRecordDocument } from "../output/evidence/evidence-document.ts";
import { renderRecord } from "../output/evidence/record-text.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<record>", "the beginning of its name")
    .addHelpText(
      "after",
      `
  hubfleet evidence show 9c1f
  hubfleet evidence show 9c1f -o json

A record's name is the SHA-256 of its bytes: \`git show hubfleet/state:PATH | sha256sum\` says it, too.`,
    )
    .action(async (record: string, options: GlobalOptions) => {
      const { terminal, signal } = context;
      const app = await context.openApp(options);
      const shown = await app.evidence.show(record, signal);
      const isJson = chosenFormat(options) === "json";
      terminal.out(isJson ? renderJson(shownRecordDocument(shown)) : renderRecord(shown));
      terminal.err(standingWords(shown.standing));
    });
}

import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { shownBundleDocument } from "../output/bundle/bundle-document.ts";
import { renderBundle } from "../output/bundle/bundle-text.ts";
import { standingWords } from "../output/bundle/standing-words.ts";
import { renderJson } from "../output/data.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<bundle>", "its id, or the beginning of it or of the digits at its end")
    .addHelpText(
      "after",
      `
  hubfleet bundle show 2026.11.21-3fa9c21e
  hubfleet bundle show 3fa9
  hubfleet bundle show 3fa9 -o yaml    the document itself, to the byte

Its bytes are compared with its id whenever it is read; one that was changed is refused.`,
    )
    .action(async (bundle: string, options: GlobalOptions) => {
      const { terminal, signal } = context;
      const app = await context.openApp(options);
      const shown = await app.bundles.show(bundle, signal);
      const format = chosenFormat(options);
      if (format === "json") terminal.out(renderJson(shownBundleDocument(shown)));
      else if (format === "yaml") terminal.out(shown.bundle.text);
      else terminal.out(renderBundle(shown));
      terminal.err(standingWords(shown.standing));
    });
}

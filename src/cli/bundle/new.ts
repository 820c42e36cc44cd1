import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { madeBundleDocument } from "../output/bundle/bundle-document.ts";
import { renderMadeBundle } from "../output/bundle/bundle-text.ts";
import { standingWords } from "../output/bundle/standing-words.ts";
import { renderJson } from "../output/data.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .addHelpText(
      "after",
      `
A bundle is what a commit says of images, charts and gated settings, with every lock and version: it never changes.
Images and pairs that have not passed yet are tested first; when one fails, there is no bundle. Containers are looked
for in the fleet's registry and not built here. The same commit gives the same bundle, and nothing is written again.
Bundles are kept on the branch hubfleet/state; where its remote cannot be reached they wait in this clone.

  hubfleet bundle new
  hubfleet bundle new -o name    its id alone`,
    )
    .action(async (options: GlobalOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const made = await context.watch((watch) => app.bundles.create(watch));
      const format = chosenFormat(options);
      if (format === "json") terminal.out(renderJson(madeBundleDocument(made)));
      else if (format === "name") terminal.out(`${made.bundle.id}\n`);
      else terminal.out(renderMadeBundle(made));
      terminal.err(standingWords(made.standing));
    });
}

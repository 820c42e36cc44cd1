import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { printMade } from "../output/bundle/print-made.ts";

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
      const app = await context.openApp(options);
      printMade(await context.watch((watch) => app.bundles.create(watch)), chosenFormat(options), context.terminal);
    });
}

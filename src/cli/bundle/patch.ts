import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { printMade } from "../output/bundle/print-made.ts";

interface PatchOptions extends GlobalOptions {
  readonly from: string;
  readonly only: readonly string[];
}

export function configure(command: Command, context: CommandContext): void {
  command
    .requiredOption("--from <bundle>", "the bundle that runs: its id, or the beginning of one")
    .requiredOption("--only <image[,image]>", "images to replace, as they are committed now", collect)
    .addHelpText(
      "after",
      `
A patch is what runs with the named images replaced, and nothing else: settings, charts and all other images stay as
they are, with what they passed and how long they soaked. Only the named images have to be committed as they are; what
else is half done in the working tree has no part in it, and is told. The images are tested first, and so are the pairs
that they make with images that stay; when one fails, there is no bundle. The same patch gives the same bundle, and
nothing is written again.

  hubfleet bundle patch --from 3fa9 --only hub
  hubfleet bundle patch --from 2026.11.21-3fa9c21e --only lab,worker -o name`,
    )
    .action(async (options: PatchOptions) => {
      const app = await context.openApp(options);
      const made = await context.watch((watch) => app.bundles.patch(options.from, options.only, watch));
      printMade(made, chosenFormat(options), context.terminal);
    });
}

/** "lab,image/worker" */
function collect(words: string, before: readonly string[] = []): readonly string[] {
  const names = words.split(",").map((word) => word.trim().replace(/^image\//, ""));
  return [...before, ...names.filter((name) => name !== "")];
}

import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { renderJson } from "../output/data.ts";
import { imageOutcomesAsData, printImageOutcomes } from "../output/image-outcomes.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("[image...]", "image/NAME or image/NAME/VARIANT (default: all)")
    .addHelpText(
      "after",
      "\nBuilds this machine's environments from the locks as they are committed. A lock that is missing or out of date is\nrefused: a build never decides what is in an image.",
    )
    .action(async (targets: readonly string[], options: GlobalOptions) => {
      const app = await context.openApp(options);
      const outcomes = await context.watch((watch) => app.images.build(targets, watch));
      if (chosenFormat(options) === "json") context.terminal.out(renderJson(imageOutcomesAsData(outcomes)));
      context.exit(printImageOutcomes(outcomes, context.terminal));
    });
}

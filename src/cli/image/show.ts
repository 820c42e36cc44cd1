import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { renderJson } from "../output/data.ts";
import { renderImage } from "../output/image-text.ts";

interface ShowOptions extends GlobalOptions {
  readonly dockerfile?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<image>", "image/NAME or image/NAME/VARIANT")
    .option("--dockerfile", "print what its container is made by, and nothing else")
    .addHelpText(
      "after",
      `
The Dockerfile is the image's own, or the one that hubfleet makes of its lock, apt.txt, postBuild and start. No builder
is needed to see it.

Examples:
  hubfleet image show lab
  hubfleet image show lab --dockerfile > images/lab/Dockerfile    to go on with it by hand`,
    )
    .action(async (target: string, options: ShowOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      if (options.dockerfile === true) {
        const recipe = await app.images.recipe(target);
        terminal.out(chosenFormat(options) === "json" ? renderJson({ version: 1, ...recipe }) : recipe.dockerfile);
        return;
      }
      const [image] = await app.images.describe([target]);
      if (image === undefined) return;
      terminal.out(chosenFormat(options) === "json" ? renderJson({ version: 1, ...image }) : renderImage(image));
    });
}

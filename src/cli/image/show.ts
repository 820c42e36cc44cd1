import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { renderJson } from "../output/data.ts";
import { renderImage } from "../output/image-text.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<image>", "image/NAME or image/NAME/VARIANT")
    .action(async (target: string, options: GlobalOptions) => {
      const app = await context.openApp(options);
      const [image] = await app.images.describe([target]);
      if (image === undefined) return;
      context.terminal.out(
        chosenFormat(options) === "json" ? renderJson({ version: 1, ...image }) : renderImage(image),
      );
    });
}

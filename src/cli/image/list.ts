import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { renderJson } from "../output/data.ts";
import { renderImageList } from "../output/image-text.ts";

export function configure(command: Command, context: CommandContext): void {
  command.action(async (options: GlobalOptions) => {
    const app = await context.openApp(options);
    const images = await app.images.describe([]);
    const format = chosenFormat(options);
    if (format === "json") context.terminal.out(renderJson({ version: 1, images }));
    else if (format === "name") context.terminal.out(images.map(({ name }) => `image/${name}\n`).join(""));
    else context.terminal.out(renderImageList(images));
  });
}

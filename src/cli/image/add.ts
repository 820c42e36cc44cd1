import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { renderJson } from "../output/data.ts";
import { renderAdded } from "../output/image-outcomes.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<image>", "image/NAME or image/NAME/VARIANT")
    .argument("<package...>", "what a requirements file takes: scipy, 'xarray[io]>=2024'")
    .addHelpText(
      "after",
      `
Writes the packages into the image's requirements.txt (or environment.yml, where that is all it has), keeping its
comments and order, locks the image and builds its environment. When the packages cannot be had, nothing is changed.

Examples:
  hubfleet image add lab scipy
  hubfleet image add lab/next 'dask>=2026.8' distributed`,
    )
    .action(async (target: string, specifiers: readonly string[], options: GlobalOptions) => {
      const app = await context.openApp(options);
      const added = await context.watch((watch) => app.images.add(target, specifiers, watch));
      const [image] = await app.images.describe([added.target]);
      const usedBy = image?.usedBy ?? [];
      if (chosenFormat(options) === "json") context.terminal.out(renderJson({ version: 1, ...added, usedBy }));
      else context.terminal.out(renderAdded(added, usedBy));
    });
}

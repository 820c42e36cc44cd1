import { type Command, Option } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { renderRendering, type RenderPart, renderParts } from "./output/rendering.ts";

interface RenderOptions extends GlobalOptions {
  readonly only?: RenderPart;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<target>", "hub/NAME")
    .addOption(
      new Option(
        "--only <part>",
        "the values of one chart, as `helm --values` takes them, or the objects, as `kubectl apply` does",
      ).choices(renderParts),
    )
    .addHelpText(
      "after",
      "\nSecrets are placeholders. The same fleet is the same bytes, on every machine; nothing is changed, no cluster asked.\n",
    )
    .action(async (target: string) => {
      const options: RenderOptions = command.opts();
      const { terminal } = context;
      const app = await context.openApp(options);
      const rendering = await app.render(target, context.signal);
      terminal.out(renderRendering(rendering.hub, { only: options.only, format: chosenFormat(options) }));
      for (const [image, reason] of Object.entries(rendering.without)) {
        terminal.err(`image/${image} has no digest yet: ${reason}\n`);
      }
    });
}

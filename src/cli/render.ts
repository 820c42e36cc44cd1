import { type Command, Option } from "commander";

import { HubfleetErrors } from "../errors/hubfleet-error.ts";
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
      for (const chart of rendering.unchecked) {
        terminal.err(
          `nobody looked whether its values fit the ${chart} chart: it is not on this machine until an apply or a bundle brings it\n`,
        );
      }
      // Behind the result, which is the same wherever it is made.
      if (rendering.problems.length > 0) throw new HubfleetErrors(rendering.problems);
    });
}

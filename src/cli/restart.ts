import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { renderJson } from "./output/data.ts";
import { outcomesAsData, printOutcomes } from "./output/outcomes.ts";
import { requireOne } from "./require-one.ts";

const effects = {
  hub: "logging in and starting servers or Dask clusters pauses for seconds; running ones go on",
  proxy: "every connection breaks and comes back within seconds; servers go on",
} as const;

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<hub>", "hub/NAME")
    .option("--proxy", "the proxy instead, for example after a new certificate")
    .addHelpText(
      "after",
      `
Restarts the hub, Dask Gateway and the culler of a hub: ${effects.hub}.
With --proxy: ${effects.proxy}.
Live settings are put in place as they are written now, as \`apply\` does; on Kubernetes by \`apply\` alone.`,
    )
    .action(async (target: string, options: GlobalOptions & { proxy?: boolean }) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const hub = requireOne(await app.selectAnywhere([target]), target);
      const part = options.proxy === true ? "proxy" : "hub";
      terminal.err(`hub/${hub.name}: ${effects[part]}\n`);
      const outcomes = await context.watch((watch) => app.restart(hub, part, watch));
      if (chosenFormat(options) === "json") terminal.out(renderJson(outcomesAsData(outcomes)));
      context.exit(printOutcomes(outcomes, terminal));
    });
}

import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderCheck, renderCheckMarkdown } from "./output/check-text.ts";
import { renderJson } from "./output/data.ts";
import { createPaint } from "./output/paint.ts";

interface CheckOptions extends GlobalOptions {
  readonly only?: readonly string[];
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<hub>", "hub/NAME")
    .option(
      "--only <steps>",
      "only these steps, with what they need: server,kernel,dask,scale,… or extra/NAME",
      parseList,
    )
    .addHelpText(
      "after",
      `
A user made for the purpose starts a server, runs code, starts a Dask cluster, scales it by hand and by itself, computes,
and is deleted with all it had; then the same for the checks that the hub's settings list. Interrupt it at any time.
The exit status is 0 when every step passed, and 1 when one failed.`,
    )
    .action(async (target: string, options: CheckOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const { local } = await app.select([target]);
      for (const hub of local) {
        const result = await context.watch((watch) => app.check(hub, options.only, watch));
        const format = chosenFormat(options);
        if (format === "json") terminal.out(renderJson(result));
        else if (format === "md") terminal.out(renderCheckMarkdown(result));
        else if (format === "name") terminal.out(`${result.target}\n`);
        else terminal.out(renderCheck(result, createPaint(terminal.colors && terminal.isOutTerminal)));
        if (result.verdict === "failed") context.exit(exitCodes.failed);
        if (result.verdict === "interrupted") context.exit(exitCodes.interrupted);
      }
    });
}

function parseList(text: string): readonly string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

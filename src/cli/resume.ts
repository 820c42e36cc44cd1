import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { standingWords } from "./output/bundle/standing-words.ts";
import { renderJson } from "./output/data.ts";
import { holdDocument } from "./output/promotion/promotion-document.ts";
import { parseReason } from "./parse-reason.ts";

interface ResumeOptions extends GlobalOptions {
  readonly reason?: string;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<target>", "hub/NAME or stage/NAME")
    .option("--reason <text>", "why, for the record", parseReason)
    .addHelpText(
      "after",
      `
Ends a hold. What its stage was given meanwhile reaches a hub when that bundle is promoted to the stage once more; in a stage
that is \`auto\`, with the next \`hubfleet advance\`.`,
    )
    .action(async (target: string, options: ResumeOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const asked = { target, reason: options.reason };
      const { hold, standing } = await context.watch((watch) => app.promotions.resume(asked, watch));
      if (chosenFormat(options) === "json") terminal.out(renderJson(holdDocument(hold)));
      else terminal.out(`${target} is held no more; ${hold.owner} had held it: ${hold.reason}\n`);
      terminal.err(standingWords(standing));
    });
}

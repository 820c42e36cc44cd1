import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { renderJson } from "./output/json.ts";
import { outcomesAsData, printOutcomes } from "./output/outcomes.ts";
import { createProgress } from "./output/progress.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("[target...]", "hub/NAME, stage/NAME or cluster/NAME (default: all hubs of this machine)")
    .addHelpText(
      "after",
      `
Puts in place what \`up\` recorded as the draft, with the live settings (users, admins, groups, limits, culling,
announcement, shared directories) as they are written now. Starts what ended. Gated settings of the working tree wait
for \`up\`.`,
    )
    .action(async (targets: readonly string[], options: GlobalOptions) => {
      const { terminal, signal } = context;
      const app = await context.openApp(options);
      const { local } = await app.select(targets);
      const outcomes = await app.apply(local, { report: createProgress(terminal, () => performance.now()), signal });
      if (chosenFormat(options) === "json") terminal.out(renderJson(outcomesAsData(outcomes)));
      context.exit(printOutcomes(outcomes, terminal));
    });
}

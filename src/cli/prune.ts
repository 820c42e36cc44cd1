import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { renderData } from "./output/data.ts";
import { renderPruned } from "./output/prune-text.ts";

interface PruneCommandOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly now?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .option("--dry-run", "say what would be removed and how much that frees; remove nothing")
    .option("--now", "remove also what is kept for a while yet; what was in use within the last hour stays")
    .addHelpText(
      "after",
      `
Removes from this machine what no draft, no hub and no process refers to: built environments, copies of hubfleet's code,
locks, logs of users' servers, what killed commands left. For every fleet of the state directory. Environments stay for
14 days after the last use of them (\`housekeeping\` in the local cluster's file). \`up\` and \`apply\` do the same once a day.
Homes and databases are never touched.`,
    )
    .action(async (options: PruneCommandOptions) => {
      const app = await context.openApp(options);
      const choice = { isDryRun: options.dryRun === true, isNow: options.now === true };
      const pruned = await context.watch((watch) => app.prune(choice, watch));
      context.terminal.out(renderData(pruned, chosenFormat(options)) ?? renderPruned(pruned));
    });
}

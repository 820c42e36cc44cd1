import type { Command } from "commander";

import { HubfleetErrors } from "../errors/hubfleet-error.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { confirm } from "./confirm.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderData } from "./output/data.ts";
import { renderPruned } from "./output/prune-text.ts";
import { countRemovals, registryPlanDocument, renderRegistryPlan } from "./output/registry-plan-text.ts";

interface PruneCommandOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly now?: boolean;
  readonly registry?: string;
  readonly yes?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .option("--dry-run", "say what would be removed and how much that frees; remove nothing")
    .option("--now", "remove also what is kept for a while yet; what was in use within the last hour stays")
    .option("--registry <name>", "a registry of fleet.yaml instead of this machine: images that it need not keep")
    .option("--yes", "with --registry: do not ask")
    .addHelpText(
      "after",
      `
Removes from this machine what no draft, no hub and no process refers to: built environments, copies of hubfleet's code,
locks, logs of users' servers, what killed commands left. For every fleet of the state directory. Environments stay for
14 days after the last use of them (\`housekeeping\` in the local cluster's file). \`up\` and \`apply\` do the same once a day.
Homes and databases are never touched.

With --registry: removes images that hubfleet built and pushed, as \`keep\` of the registry in fleet.yaml says. What the fleet
can return to stays: everything that its state ever named, every branch names now, or a build would make today.`,
    )
    .action(async (options: PruneCommandOptions) => {
      if (options.registry !== undefined) return pruneRegistry(options.registry, options, context);
      const app = await context.openApp(options);
      const choice = { isDryRun: options.dryRun === true, isNow: options.now === true };
      const pruned = await context.watch((watch) => app.prune(choice, watch));
      context.terminal.out(renderData(pruned, chosenFormat(options)) ?? renderPruned(pruned));
    });
}

async function pruneRegistry(name: string, options: PruneCommandOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const app = await context.openApp(options);
  const plan = await context.watch((watch) => app.registries.planRemoval(name, watch));
  const format = chosenFormat(options);
  const isForPeople = renderData({}, format) === undefined;
  if (isForPeople) terminal.out(renderRegistryPlan(plan));
  const [tags, manifests] = countRemovals(plan);
  if (options.dryRun === true || manifests === 0) {
    terminal.out(renderData(registryPlanDocument(plan, undefined), format) ?? "");
    return;
  }
  const what = `remove ${tags} ${tags === 1 ? "tag" : "tags"} (${manifests} ${manifests === 1 ? "manifest" : "manifests"}) from ${plan.address}`;
  await confirm({ what, word: name, yes: options.yes === true }, context);
  const result = await context.watch((watch) => app.registries.remove(plan, watch));
  if (!isForPeople) {
    terminal.out(renderData(registryPlanDocument(plan, result), format) ?? "");
    if (result.stopped.length > 0) context.exit(exitCodes.failed);
    return;
  }
  terminal.out(`${result.removed.length} of ${manifests} removed\n`);
  for (const one of result.moved) terminal.err(`${one} was left: a tag of it names another image by now\n`);
  if (result.stopped.length > 0) throw new HubfleetErrors(result.stopped);
}

import { resolve } from "node:path";

import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { addEndingOptions, agreeOnEnding, endingHelp, type EndingOptions } from "./ending-options.ts";
import { renderJson } from "./output/data.ts";
import { renderWaiting } from "./output/waiting.ts";
import { readRemoval } from "./read-removal.ts";
import { outcomesAsData, printOutcomes } from "./output/outcomes.ts";

interface ApplyOptions extends EndingOptions, GlobalOptions {
  readonly remove?: boolean;
  readonly drift?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  addEndingOptions(command)
    .argument("[target...]", "hub/NAME, stage/NAME or cluster/NAME, or a FILE.json of plan --out (default: all hubs)")
    .option("--remove", "take down hubs whose file is gone, too; their homes and database are kept")
    .option("--drift", "put back what somebody changed of hubs on Kubernetes, as plan --drift shows it; nothing else")
    .addHelpText(
      "after",
      `
Puts in place what hubs were given, a bundle or the draft of \`up\`, with the live settings (users, admins, groups, limits, culling,
announcement, shared directories) as they are written now. Starts what ended. Gated settings of the working tree wait
for a bundle, or for \`up\`. With a saved plan, does that for the hubs that are as they were then, and holds back the others.
${endingHelp}`,
    )
    .action(async (targets: readonly string[], options: ApplyOptions) => {
      const { terminal } = context;
      if (options.drift === true) return putBack(targets, options, context);
      const removal = readRemoval(options, targets);
      const app = await context.openApp(options);
      const [file] = targets.filter((target) => target.endsWith(".json"));
      const saved = file === undefined ? undefined : await app.loadPlan(resolve(context.workingDirectory, file));
      const named = saved === undefined ? targets : saved.hubs.map((name) => `hub/${name}`);
      const hubs = named.length === 0 && saved !== undefined ? [] : await app.selectAnywhere(named);
      const clusters = await app.selectClusters(saved === undefined ? targets : Object.keys(saved.fingerprints));
      const ending = await agreeOnEnding(
        saved === undefined ? options : { ...options, yes: true },
        { app, hubs, command: "apply" },
        context,
      );
      const outcomes = await context.watch((watch) => app.apply(hubs, watch, saved, { ...removal, ending, clusters }));
      if (chosenFormat(options) === "json") terminal.out(renderJson(outcomesAsData(outcomes)));
      const exitCode = printOutcomes(outcomes, terminal);
      const plan = await app.plan(hubs);
      if (plan.waiting.length > 0) terminal.err(renderWaiting(plan));
      context.exit(exitCode);
    });
}

async function putBack(targets: readonly string[], options: ApplyOptions, context: CommandContext): Promise<void> {
  const app = await context.openApp(options);
  const hubs = await app.selectAnywhere(targets);
  const outcomes = await context.watch((watch) => app.mendDrift(hubs, watch));
  if (chosenFormat(options) === "json") context.terminal.out(renderJson(outcomesAsData(outcomes)));
  context.exit(printOutcomes(outcomes, context.terminal));
}

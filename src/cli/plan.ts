import { resolve } from "node:path";

import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderData } from "./output/data.ts";
import { readRemoval } from "./read-removal.ts";
import { driftAsData, renderDrift } from "./output/drift-text.ts";
import { createPaint } from "./output/paint.ts";
import { renderPlan, renderPlanMarkdown } from "./output/plan-text.ts";
import { renderUnseen } from "./output/unseen-text.ts";

interface PlanOptions extends GlobalOptions {
  readonly detailedExitcode?: boolean;
  readonly out?: string;
  readonly remove?: boolean;
  readonly drift?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("[target...]", "hub/NAME, stage/NAME or cluster/NAME (default: all hubs of this machine)")
    .option("--out <file>", "save the plan, for `apply FILE`")
    .option("--remove", "plan to take down hubs whose file is gone, as `apply --remove` does; their homes are kept")
    .option(
      "--drift",
      "compare everything that hubs on Kubernetes have with what was put in place, and say who changed it",
    )
    .option("--detailed-exitcode", "end with 2 when there is something to change")
    .addHelpText(
      "after",
      `
Shows what \`apply\` would do to hubs of this machine, what people would feel, and why; then what of the working tree
waits for \`up\`. Reads and looks; changes nothing.`,
    )
    .action(async (targets: readonly string[], options: PlanOptions) => {
      const removal = readRemoval(options, targets);
      if (options.drift === true) return showDrift(targets, options, context);
      const app = await context.openApp(options);
      const clusters = await app.selectClusters(targets);
      const plan = await app.plan(await app.selectAnywhere(targets), { ...removal, clusters });
      if (options.out !== undefined) await app.savePlan(plan, resolve(context.workingDirectory, options.out));
      const { terminal } = context;
      const format = chosenFormat(options);
      const data = renderData(plan, format);
      if (data !== undefined) terminal.out(data);
      else if (format === "md") terminal.out(renderPlanMarkdown(plan));
      else if (format === "name") terminal.out(plan.changes.map(({ target }) => `${target}\n`).join(""));
      else terminal.out(renderPlan(plan, createPaint(terminal.colors && terminal.isOutTerminal)));
      terminal.err(renderUnseen(plan.unseen ?? [], createPaint(terminal.colors && terminal.isErrTerminal)));
      const hasChanges = plan.changes.length > 0 || plan.waiting.length > 0;
      if ((plan.unseen ?? []).length > 0) context.exit(exitCodes.someTargetsFailed);
      else if (options.detailedExitcode === true && hasChanges) context.exit(exitCodes.changesPresent);
    });
}

async function showDrift(targets: readonly string[], options: PlanOptions, context: CommandContext): Promise<void> {
  const app = await context.openApp(options);
  const hubs = await app.selectAnywhere(targets);
  const report = await app.drift(hubs, new AbortController().signal);
  const { terminal } = context;
  const data = renderData(driftAsData(report), chosenFormat(options));
  terminal.out(data ?? renderDrift(report, createPaint(terminal.colors && terminal.isOutTerminal)));
  if (report.hubs.some(({ errors }) => errors.length > 0)) context.exit(exitCodes.someTargetsFailed);
  else if (options.detailedExitcode === true && report.hubs.some(({ objects }) => objects.length > 0)) {
    context.exit(exitCodes.changesPresent);
  }
}

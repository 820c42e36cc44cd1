import type { Command } from "commander";

import type { App } from "../app/use-cases.ts";
import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Hub } from "../fleet/fleet.ts";
import { unrehearsed } from "../runtime/local/rehearsal.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { addEndingOptions, agreeOnEnding, endingHelp, type EndingOptions } from "./ending-options.ts";
import { renderCarrying } from "./output/carrying-text.ts";
import { renderJson } from "./output/data.ts";
import { renderWelcome } from "./output/welcome.ts";
import { outcomesAsData, printOutcomes } from "./output/outcomes.ts";
import { createPaint } from "./output/paint.ts";

export function configure(command: Command, context: CommandContext): void {
  addEndingOptions(command)
    .argument("[hub...]", "hubs to bring up: hub/NAME, stage/NAME, cluster/NAME (default: all of this machine)")
    .option("--details", "name every setting that this machine only approximates or cannot carry out")
    .addHelpText(
      "after",
      `
What is in the working tree runs on this machine, now: a draft for trying, without bundles or gates, and never on
another cluster. Locks and builds the images first. Running servers keep the environment they were started with.
With --on local, hubs of any cluster: a rehearsal with homes, ports and a password of its own.
${endingHelp}`,
    )
    .action(async (targets: readonly string[], options: GlobalOptions & EndingOptions & { details?: boolean }) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      if (options.on === "local" && targets.length === 0) {
        throw new HubfleetError("TARGET_MISSING", {
          message: "nothing is named to be rehearsed",
          hint: "name hub/NAME, stage/NAME or cluster/NAME",
        });
      }
      const { local, elsewhere } = await app.select(targets);
      for (const hub of elsewhere)
        terminal.err(`hub/${hub.name}: on cluster "${hub.cluster}", not on this machine; left alone\n`);
      for (const hub of options.on === "local" ? local : []) {
        const lost = unrehearsed(hub);
        if (lost.length === 0) continue;
        const words = `${lost.join(", ")} cannot be rehearsed: who is in there may enter only when listed by name`;
        terminal.err(`note: hub/${hub.name}: ${words} (access.users)\n`);
      }
      const ending = await agreeOnEnding(options, { app, hubs: local, command: "up" }, context);
      const outcomes = await context.watch((watch) => app.up(local, watch, ending));

      if (chosenFormat(options) === "json") terminal.out(renderJson(outcomesAsData(outcomes)));
      const exitCode = printOutcomes(outcomes, terminal);
      const failed = new Set(outcomes.filter(({ kind }) => kind === "failed").map(({ target }) => target));
      const running = local.filter(({ name }) => !failed.has(`hub/${name}`));
      if (chosenFormat(options) !== "json")
        await printWelcome(app, running, { context, details: options.details === true });
      for (const remark of app.remarks()) terminal.err(`warning: ${remark}\n`);
      context.exit(exitCode);
    });
}

async function printWelcome(
  app: App,
  hubs: readonly Hub[],
  { context, details }: { readonly context: CommandContext; readonly details: boolean },
): Promise<void> {
  if (hubs.length === 0) return;
  const { terminal } = context;
  const paint = createPaint(terminal.colors && terminal.isOutTerminal);
  const status = new Map((await app.status()).map((line) => [line.hub, line]));
  for (const hub of hubs) {
    const line = status.get(hub.name);
    if (line === undefined) continue;
    terminal.out(
      renderWelcome(hub, line, { login: await app.login(hub), paint, showPasswords: terminal.isOutTerminal }),
    );
  }
  terminal.err(
    renderCarrying(
      hubs.map((hub) => [hub.name, app.carrying(hub)]),
      details,
    ),
  );
  const limits = [...status.values()].find(({ limits: one }) => one?.enforced === false)?.limits;
  if (limits !== undefined && limits !== null)
    terminal.err(`note: memory and CPU limits are not enforced: ${limits.reason}\n`);
}

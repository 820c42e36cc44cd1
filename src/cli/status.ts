import type { Command } from "commander";

import type { App, FleetStatus } from "../app/use-cases.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { renderData } from "./output/data.ts";
import { createPaint } from "./output/paint.ts";
import { stageLogLines } from "./output/stage-log-lines.ts";
import { stagesDocument } from "./output/stage-status-document.ts";
import { renderStages, renderStagesMarkdown } from "./output/stage-status-text.ts";
import { hubLogLine, renderStatus, renderStatusMarkdown } from "./output/status-text.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .option(
      "-w, --watch",
      "look every two seconds until Ctrl-C: redrawn on a terminal, elsewhere a line a change; with -o json a document a line",
    )
    .addHelpText(
      "after",
      `
One line a hub: its health with the reason, what it runs, who uses it, where it is. What is shown was looked at now.
USERS and SERVERS are those that run right now; LAB@1A2B3C4D is an image and the first digits of its environment.

Where bundles are made, below it, stage by stage: the bundle, how far the hubs have come with it, what keeps it from the next
stage or the command that takes it there, holds, and hubs that run something else, with the reason. -o wide says what would
satisfy each gate. --watch asks the remote once a minute.`,
    )
    .action(async (options: GlobalOptions & { watch?: boolean }) => {
      const app = await context.openApp(options);
      const { terminal, signal } = context;
      if (options.watch === true) return watch(app, options, context);
      const [status, changing] = await Promise.all([app.overview(signal), app.changing()]);
      const { hubs, stages } = status;
      if (changing !== undefined) terminal.err(`${changing} is changing this fleet right now\n`);
      if (options.on === "local" && hubs.length === 0) terminal.err("no hub is rehearsed here: hubfleet up hub/NAME\n");
      const format = chosenFormat(options);
      const data = renderData({ version: 1, hubs, ...stagesDocument(stages) }, format);
      if (data !== undefined) terminal.out(data);
      else if (format === "name") terminal.out(hubs.map(({ hub }) => `hub/${hub}\n`).join(""));
      else if (format === "md") {
        const more = stages === undefined ? "" : `\n${renderStagesMarkdown(stages, Date.now())}`;
        terminal.out(`${renderStatusMarkdown(hubs)}${more}`);
      } else terminal.out(renderAll(status, options, context));
    });
}

/** Hubs, and below them stages where the fleet has bundles. */
function renderAll({ hubs, stages }: FleetStatus, options: GlobalOptions, { terminal }: CommandContext): string {
  const look = {
    paint: createPaint(terminal.colors && terminal.isOutTerminal),
    wide: chosenFormat(options) === "wide",
    columns: terminal.isOutTerminal ? terminal.columns : undefined,
  };
  const table = renderStatus(hubs, { ...look, hasBundles: stages !== undefined });
  return stages === undefined ? table : `${table}\n${renderStages(stages, { ...look, now: Date.now() })}`;
}

const clearScreen = "\u001B[H\u001B[2J\u001B[3J";

async function watch(app: App, options: GlobalOptions, context: CommandContext): Promise<void> {
  const { terminal, signal } = context;
  context.interruption("ends");
  const told = new Map<string, string>();
  const tell = (status: FleetStatus): void => {
    if (chosenFormat(options) === "json") {
      terminal.out(`${JSON.stringify({ version: 1, hubs: status.hubs, ...stagesDocument(status.stages) })}\n`);
      return;
    }
    if (terminal.isOutTerminal) {
      terminal.out(`${clearScreen}${renderAll(status, options, context)}`);
      return;
    }
    const lines = [...status.hubs.map((hub) => [hub.hub, hubLogLine(hub)] as const), ...stageLogLines(status.stages)];
    for (const [about, line] of lines) {
      if (told.get(about) !== line) terminal.out(`${new Date().toISOString()} ${line}\n`);
      told.set(about, line);
    }
  };
  await app.watchStatus(tell, signal);
}

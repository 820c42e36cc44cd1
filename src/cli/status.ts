import type { Command } from "commander";

import type { App } from "../app/use-cases.ts";
import type { HubStatus } from "../operate/status.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { renderData } from "./output/data.ts";
import { createPaint } from "./output/paint.ts";
import { renderStatus, renderStatusMarkdown } from "./output/status-text.ts";

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
USERS and SERVERS are those that run right now; LAB@1A2B3C4D is an image and the first digits of its environment.`,
    )
    .action(async (options: GlobalOptions & { watch?: boolean }) => {
      const app = await context.openApp(options);
      const { terminal } = context;
      if (options.watch === true) return watch(app, options, context);
      const [hubs, changing] = await Promise.all([app.status(), app.changing()]);
      if (changing !== undefined) terminal.err(`${changing} is changing this fleet right now\n`);
      if (options.on === "local" && hubs.length === 0) terminal.err("no hub is rehearsed here: hubfleet up hub/NAME\n");
      const format = chosenFormat(options);
      const data = renderData({ version: 1, hubs }, format);
      if (data !== undefined) terminal.out(data);
      else if (format === "name") terminal.out(hubs.map(({ hub }) => `hub/${hub}\n`).join(""));
      else if (format === "md") terminal.out(renderStatusMarkdown(hubs));
      else
        terminal.out(
          renderStatus(hubs, {
            paint: createPaint(terminal.colors && terminal.isOutTerminal),
            wide: format === "wide",
            columns: terminal.isOutTerminal ? terminal.columns : undefined,
          }),
        );
    });
}

const clearScreen = "\u001B[H\u001B[2J\u001B[3J";

async function watch(app: App, options: GlobalOptions, context: CommandContext): Promise<void> {
  const { terminal, signal } = context;
  context.interruption("ends");
  const wide = chosenFormat(options) === "wide";
  const paint = createPaint(terminal.colors && terminal.isOutTerminal);
  const told = new Map<string, string>();
  const tell = (hubs: readonly HubStatus[]): void => {
    if (chosenFormat(options) === "json") {
      terminal.out(`${JSON.stringify({ version: 1, hubs })}\n`);
      return;
    }
    if (terminal.isOutTerminal) {
      terminal.out(`${clearScreen}${renderStatus(hubs, { paint, wide, columns: terminal.columns })}`);
      return;
    }
    for (const hub of hubs) {
      const line = statusLine(hub);
      if (told.get(hub.hub) !== line) terminal.out(`${new Date().toISOString()} ${line}\n`);
      told.set(hub.hub, line);
    }
  };
  await app.watchStatus(tell, signal);
}

/** For a log: one hub, without what changes all the time. */
function statusLine({ hub, health, reason, users, servers, daskClusters }: HubStatus): string {
  const why = reason === "" ? "" : ` (${reason})`;
  return `hub/${hub} ${health}${why}: ${users} users, ${servers} servers, ${daskClusters} Dask clusters`;
}

import type { Command } from "commander";

import type { RunningServer, StoppedServers } from "../operate/stop-servers.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { confirm } from "./confirm.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderData } from "./output/data.ts";
import { parseTime } from "./parse-time.ts";
import { requireOne } from "./require-one.ts";

interface StopServersCommandOptions extends GlobalOptions {
  readonly message?: string;
  readonly in?: number;
  readonly yes?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<hub>", "hub/NAME")
    .argument("[user...]", "whose servers (default: everybody's)")
    .option("--message <text>", "what the hub's pages say until then")
    .option("--in <time>", "how long to wait first: 90s, 10m, 1h", parseTime)
    .option("-y, --yes", "don't ask")
    .addHelpText(
      "after",
      `
Ends users' servers. Files stay; what was not saved is lost, and so is what ran in kernels. With --in or --message the hub's
pages announce it first; JupyterLab, once open, does not show them. Ctrl-C while it waits takes the announcement back.`,
    )
    .action(async (target: string, users: readonly string[], options: StopServersCommandOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const { name: hub } = requireOne(await app.find(target), target);
      const servers = await app.servers(hub, users, context.signal);
      if (servers.length > 0) {
        const what = `stop ${describe(servers)} on hub/${hub}; what was not saved is lost`;
        await confirm({ what, word: hub, yes: options.yes === true }, context);
      }
      const wanted = { servers, message: options.message ?? "", waitMilliseconds: options.in ?? 0 };
      const done = await context.watch((watch) => app.stopServers(hub, wanted, watch));
      terminal.out(renderData({ version: 1, hub, ...done }, chosenFormat(options)) ?? renderStopped(hub, done));
      if (done.failed.length > 0) context.exit(exitCodes.failed);
    });
}

function renderStopped(hub: string, { stopped, failed, isInterrupted }: StoppedServers): string {
  if (isInterrupted) return `hub/${hub}: interrupted; no server was stopped and the announcement is taken back\n`;
  if (stopped.length + failed.length === 0) return `hub/${hub}: no server runs\n`;
  return [
    `hub/${hub}: stopped ${stopped.length === 0 ? "nothing" : stopped.join(", ")}\n`,
    ...failed.map(({ server, reason }) => `  not stopped: ${server}: ${reason}\n`),
  ].join("");
}

function describe(servers: readonly RunningServer[]): string {
  const users = [...new Set(servers.map(({ user }) => user))];
  const shown = users.length > 8 ? `${users.slice(0, 8).join(", ")} and ${users.length - 8} more` : users.join(", ");
  return `${servers.length} ${servers.length === 1 ? "server" : "servers"} (${shown})`;
}

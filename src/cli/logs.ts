import { stripVTControlCharacters } from "node:util";

import { type Command, InvalidArgumentError } from "commander";

import type { CommandContext, GlobalOptions } from "./command.ts";
import { requireOne } from "./require-one.ts";

interface LogsOptions extends GlobalOptions {
  readonly component?: string;
  readonly lines: number;
  readonly follow?: boolean;
  readonly previous?: boolean;
}

const mostLines = 100_000;

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<hub>", "hub/NAME")
    .option(
      "-c, --component <name>",
      "hub, proxy, gateway, culler, or server/USER for a user's server; on Kubernetes gateway-controller and gateway-proxy, too",
    )
    .option("-n, --lines <number>", "how many of the last lines", parseLines, 40)
    .option("-f, --follow", "go on with what is written from now on")
    .option("-p, --previous", "the log before the last start; one is kept")
    .action(async (target: string, options: LogsOptions) => {
      const { terminal, signal } = context;
      const app = await context.openApp(options);
      const { name: hub } = requireOne(await app.find(target), target);
      const logs = await app.logs(hub, options.component, { previous: options.previous === true, signal });
      const width = Math.max(8, ...logs.map((log) => log.component.length + 1));
      const print = (component: string, lines: readonly string[]): void => {
        const prefix = logs.length === 1 ? "" : `${component.padEnd(width)}| `;
        terminal.out(
          lines.map((line) => `${prefix}${terminal.colors ? line : stripVTControlCharacters(line)}\n`).join(""),
        );
      };
      if (logs.length === 0)
        terminal.err(`hub/${hub} has no log ${options.previous === true ? "from before its last start" : "yet"}\n`);
      for (const log of logs) print(log.component, await log.tail(options.lines));
      if (options.follow !== true) return;
      context.interruption("ends");
      await app.follow(logs, ({ component }, lines) => print(component, lines), signal);
    });
}

function parseLines(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= mostLines) return number;
  throw new InvalidArgumentError(`a number from 1 to ${mostLines}`);
}

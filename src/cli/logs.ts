import { type Command, InvalidArgumentError } from "commander";
import { setTimeout as wait } from "node:timers/promises";

import type { App } from "../app.ts";
import type { CommandContext, GlobalOptions } from "./command.ts";

interface LogsOptions extends GlobalOptions {
  readonly component?: string;
  readonly lines: number;
  readonly follow?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<hub>", "hub/NAME")
    .option("-c, --component <name>", "hub, proxy, gateway, culler, or server/USER for a user's server")
    .option("-n, --lines <number>", "how many of the last lines", parseLines, 40)
    .option("-f, --follow", "go on with what is written from now on")
    .action(async (target: string, options: LogsOptions) => {
      const app = await context.openApp(options);
      const [hub] = await app.destroyable([target]);
      if (hub === undefined) return;
      const logs = await app.logs(hub, options.component);
      const isOne = logs.length === 1;
      for (const { component, path } of logs) {
        const lines = await app.tail(path, options.lines);
        context.terminal.out(lines.map((line) => `${isOne ? "" : `${component.padEnd(8)}| `}${line}\n`).join(""));
      }
      if (options.follow === true) await follow(app, logs, context);
    });
}

/** Prints what is added, until the command is interrupted. */
async function follow(
  app: App,
  logs: Awaited<ReturnType<App["logs"]>>,
  { terminal, signal }: CommandContext,
): Promise<void> {
  const seen = new Map(await Promise.all(logs.map(async ({ path }) => [path, await app.tail(path, 1000)] as const)));
  while (!signal.aborted) {
    await wait(500, undefined, { signal }).catch(() => undefined);
    for (const { component, path } of logs) {
      const before = seen.get(path) ?? [];
      const now = await app.tail(path, 1000);
      const added = now.slice(overlap(before, now));
      terminal.out(added.map((line) => `${logs.length === 1 ? "" : `${component.padEnd(8)}| `}${line}\n`).join(""));
      seen.set(path, now);
    }
  }
}

/** How many lines at the start of `now` were already at the end of `before`. */
function overlap(before: readonly string[], now: readonly string[]): number {
  for (let start = 0; start < before.length; start++) {
    const rest = before.slice(start);
    if (rest.every((line, index) => now[index] === line)) return rest.length;
  }
  return 0;
}

function parseLines(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100_000)
    throw new InvalidArgumentError("a number from 1 to 100000");
  return number;
}

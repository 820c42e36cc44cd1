import type { Command } from "commander";

import type { CommandContext, GlobalOptions } from "./command.ts";
import { requireOne } from "./require-one.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<hub>", "hub/NAME")
    .argument("<command...>", "what to run, after --")
    .option(
      "--server <user>",
      "run it as this user, in their home, in the environment of their server (or USER/SERVER)",
    )
    .addHelpText(
      "after",
      `
Runs a command in the hub's environment, or with --server in a user's. It gets the terminal, and its exit status becomes
that of hubfleet.

  hubfleet exec hub/research -- jupyterhub --version
  hubfleet exec hub/research --server grace -- bash`,
    )
    .action(async (target: string, words: readonly string[], options: GlobalOptions & { server?: string }) => {
      const app = await context.openApp(options);
      const hub = requireOne(await app.present([target]), target);
      context.interruption("is passed on");
      context.exit(await app.exec(hub, words, options.server));
    });
}

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
that of hubfleet. On Kubernetes it runs in the hub's pod, or in that of the user's server, without input; what it printed
is shown when it has ended.

  hubfleet exec hub/research -- jupyterhub --version
  hubfleet exec hub/research --server grace -- bash`,
    )
    .action(async (target: string, words: readonly string[], options: GlobalOptions & { server?: string }) => {
      const app = await context.openApp(options);
      const { name, isHere } = requireOne(await app.find(target), target);
      // A command of this machine gets it from the terminal; one in a pod ends with the connection.
      if (isHere) context.interruption("is passed on");
      const { signal, terminal } = context;
      const { exitCode, stdout, stderr } = await app.exec(name, words, { server: options.server, signal });
      if (stdout !== "") terminal.out(stdout);
      if (stderr !== "") terminal.err(stderr);
      context.exit(exitCode);
    });
}

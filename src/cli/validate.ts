import type { Command } from "commander";

import type { CommandContext } from "./command.ts";

export function configure(command: Command, context: CommandContext): void {
  command.action(async () => {
    await context.openApp(command.opts());
  });
}

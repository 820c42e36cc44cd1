import type { Command } from "commander";

import type { CommandContext, CommandModule, OutputFormat } from "./command.ts";
import { addGlobalOptions } from "./global-options.ts";
import * as diff from "./image/diff.ts";
import * as list from "./image/list.ts";

interface Subcommand {
  readonly name: string;
  readonly summary: string;
  readonly formats?: readonly OutputFormat[];
  readonly module: CommandModule;
}

const subcommands: readonly Subcommand[] = [
  {
    name: "list",
    summary: "List the images: what they are for, how they are locked, who uses them",
    formats: ["table", "json", "name"],
    module: list,
  },
  {
    name: "diff",
    summary: "Show what differs between two images: packages, Python, size; since the last commit by default",
    formats: ["table", "wide", "json", "md"],
    module: diff,
  },
];

export function configure(command: Command, context: CommandContext): void {
  for (const { name, summary, formats, module } of subcommands) {
    const subcommand = command.command(name).description(summary);
    addGlobalOptions(subcommand, formats);
    module.configure(subcommand, context);
  }
}

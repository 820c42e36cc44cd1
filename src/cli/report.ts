import type { Command } from "commander";

import type { CommandContext, CommandModule, OutputFormat } from "./command.ts";
import { addGlobalOptions } from "./global-options.ts";
import * as changes from "./report/changes.ts";
import * as effort from "./report/effort.ts";
import * as spent from "./report/spent.ts";

interface Subcommand {
  readonly name: string;
  readonly summary: string;
  readonly formats: readonly OutputFormat[];
  readonly module: CommandModule;
}

const subcommands: readonly Subcommand[] = [
  {
    name: "effort",
    summary: "Sum up what operating took: deeds by person, time at it, what waited for whom, hubs that were not well",
    formats: ["table", "json", "md"],
    module: effort,
  },
  {
    name: "changes",
    summary: "List who changed what: bundles in stages, holds, what stages ask, and the fleet's files by Git",
    formats: ["table", "json", "md"],
    module: changes,
  },
  {
    name: "spent",
    summary: "Put on record what something took that leaves no record: meetings, reading, writing",
    formats: ["table", "json"],
    module: spent,
  },
];

export function configure(command: Command, context: CommandContext): void {
  for (const { name, summary, formats, module } of subcommands) {
    const subcommand = command.command(name).description(summary);
    addGlobalOptions(subcommand, formats);
    module.configure(subcommand, context);
  }
}

import type { Command } from "commander";

import { addGlobalOptions } from "./global-options.ts";
import type { CommandContext, CommandModule, OutputFormat } from "./command.ts";
import * as diff from "./bundle/diff.ts";
import * as list from "./bundle/list.ts";
import * as create from "./bundle/new.ts";
import * as patch from "./bundle/patch.ts";
import * as show from "./bundle/show.ts";

interface Subcommand {
  readonly name: string;
  readonly summary: string;
  readonly formats: readonly OutputFormat[];
  readonly module: CommandModule;
}

const subcommands: readonly Subcommand[] = [
  {
    name: "new",
    summary: "Make the bundle of what is committed, once its images have passed",
    formats: ["table", "json", "name"],
    module: create,
  },
  {
    name: "patch",
    summary: "Make a bundle that is another one with some images replaced: a security fix alone",
    formats: ["table", "json", "name"],
    module: patch,
  },
  { name: "list", summary: "List the bundles, the newest first", formats: ["table", "json", "name"], module: list },
  {
    name: "show",
    summary: "Show a bundle: images, charts, settings with their origins, versions, checks",
    formats: ["table", "json", "yaml"],
    module: show,
  },
  {
    name: "diff",
    summary: "Show what differs between two bundles",
    formats: ["table", "json", "md"],
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

import type { Command } from "commander";

import type { CommandContext, CommandModule, OutputFormat } from "./command.ts";
import * as anchor from "./evidence/anchor.ts";
import * as exportRecords from "./evidence/export.ts";
import * as list from "./evidence/list.ts";
import * as prune from "./evidence/prune.ts";
import * as show from "./evidence/show.ts";
import * as verify from "./evidence/verify.ts";
import { addGlobalOptions } from "./global-options.ts";

interface Subcommand {
  readonly name: string;
  readonly summary: string;
  readonly formats: readonly OutputFormat[];
  readonly module: CommandModule;
}

const subcommands: readonly Subcommand[] = [
  {
    name: "list",
    summary: "List evidence records, the newest first",
    formats: ["table", "json", "name"],
    module: list,
  },
  {
    name: "show",
    summary: "Show a record: what happened, who says so, when by which clock",
    formats: ["table", "json"],
    module: show,
  },
  {
    name: "verify",
    summary: "Find whatever was edited, taken away, replayed or written anew, and say what that was measured by",
    formats: ["table", "json"],
    module: verify,
  },
  {
    name: "anchor",
    summary: "Print what to keep elsewhere, to verify against later",
    formats: ["json"],
    module: anchor,
  },
  {
    name: "prune",
    summary: "Remove old attachments from the branch; records stay, and everything can be verified as before",
    formats: ["table", "json"],
    module: prune,
  },
  {
    name: "export",
    summary: "Print records as attestations of in-toto, a line each",
    formats: [],
    module: exportRecords,
  },
];

export function configure(command: Command, context: CommandContext): void {
  for (const { name, summary, formats, module } of subcommands) {
    const subcommand = command.command(name).description(summary);
    addGlobalOptions(subcommand, formats);
    module.configure(subcommand, context);
  }
}

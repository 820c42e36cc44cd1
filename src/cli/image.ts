import type { Command } from "commander";

import type { CommandContext, CommandModule, OutputFormat } from "./command.ts";
import { addGlobalOptions } from "./global-options.ts";
import * as diff from "./image/diff.ts";
import * as add from "./image/add.ts";
import * as build from "./image/build.ts";
import * as list from "./image/list.ts";
import * as lock from "./image/lock.ts";
import * as pin from "./image/pin.ts";
import * as show from "./image/show.ts";

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
  { name: "show", summary: "Show an image: its files and what becomes of them, its lock, its packages", module: show },
  { name: "add", summary: "Add packages to an image: declared, locked, built", module: add },
  {
    name: "lock",
    summary: "Lock images: every package with version and hashes, beside the requirements",
    module: lock,
  },
  {
    name: "build",
    summary: "Build from the locks as they are: this machine's environments or, with --container, containers",
    module: build,
  },
  {
    name: "pin",
    summary: "Write references by digest: an image's base, or pushed tags where `pins` says",
    module: pin,
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

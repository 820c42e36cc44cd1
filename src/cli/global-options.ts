import { type Command, Option } from "commander";

import type { OutputFormat } from "./command.ts";

/** Adds the options that every command takes; `formats` is what -o may name, nothing when there is no result to print. */
export function addGlobalOptions(command: Command, formats: readonly OutputFormat[] = ["table", "json"]): void {
  command.option("-C, --dir <dir>", "the fleet's directory (default: the nearest one upwards with a fleet.yaml)");
  if (formats.length === 0) return;
  command
    .addOption(new Option("-o, --output <format>", "how to print the result").choices(formats))
    .option("--json", "same as -o json");
}

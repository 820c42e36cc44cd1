import { relative } from "node:path";

import { type Command, Option } from "commander";

import type { App } from "../app/use-cases.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import { sortProblems } from "../fleet/sort-problems.ts";
import { renderAnnotations } from "./output/annotations.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderJson } from "./output/data.ts";
import { renderValidation, validationDocument } from "./output/validation.ts";

interface ValidateOptions extends GlobalOptions {
  readonly ci?: "github";
}

export function configure(command: Command, context: CommandContext): void {
  command
    .addOption(new Option("--ci <service>", "also print annotations for a CI service").choices(["github"]))
    .addHelpText("after", "\nExit status: 0 without problems (warnings are allowed), 64 with.\n")
    .action(async () => {
      const options: ValidateOptions = command.opts();
      const { terminal } = context;
      const app = await context.openApp(options);
      const reading = await withLocks(app);
      const isJson = chosenFormat(options) === "json";
      if (options.ci === "github") {
        const directory = relative(context.workingDirectory, app.directory);
        const annotations = renderAnnotations(reading, directory);
        if (isJson) terminal.err(annotations);
        else terminal.out(annotations);
      }
      terminal.out(isJson ? renderJson(validationDocument(reading)) : renderValidation(reading, terminal));
      context.exit(reading.problems.length === 0 ? exitCodes.done : exitCodes.usage);
    });
}

/** What a lock says is for whoever builds; what it should say is for whoever edits, as soon as the files make sense. */
async function withLocks(app: App): Promise<FleetReading> {
  const reading = await app.read();
  if (reading.problems.length > 0) return reading;
  const problems = [...(await app.images.lockProblems([])), ...(await app.images.pairProblems())];
  return { ...reading, problems: sortProblems(problems) };
}

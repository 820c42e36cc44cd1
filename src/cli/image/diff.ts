import type { Command } from "commander";

import { isEmptyDifference } from "../../image/diff/image-difference.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { renderJson } from "../output/data.ts";
import { imageDifferenceDocument } from "../output/image-diff/image-diff-document.ts";
import { renderImageDifferenceMarkdown } from "../output/image-diff/image-diff-markdown.ts";
import { renderImageDifference } from "../output/image-diff/image-diff-text.ts";
import { createPaint } from "../output/paint.ts";

interface DiffOptions extends GlobalOptions {
  readonly platform?: string;
  readonly offline?: boolean;
  readonly detailedExitcode?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<before>", "image/NAME, image/NAME@REVISION, a lock file, or registry/name@sha256:…")
    .argument("[after]", "the same (default: the working tree, compared with its last commit)")
    .option("--platform <platform>", "of containers built for several, for example linux/arm64")
    .option("--offline", "do not ask the package index what was taken back and how large it is")
    .option("--detailed-exitcode", "end with 2 when something differs")
    .addHelpText(
      "after",
      `
  hubfleet image diff image/lab                    since the last commit
  hubfleet image diff image/lab@main               since main
  hubfleet image diff image/lab image/lab/next     a variant and its image
  hubfleet image diff image/lab@v2 quay.io/team/lab@sha256:…

Containers are read from their registry, layer by layer; nothing is installed or run. Changes nothing.`,
    )
    .action(async (before: string, after: string | undefined) => {
      const options: DiffOptions = command.opts();
      const { terminal, workingDirectory } = context;
      const app = await context.openApp(options);
      const { platform, offline = false } = options;
      const sides = after === undefined ? ([before] as const) : ([before, after] as const);
      const difference = await context.watch((watch) =>
        app.diffImages(sides, { workingDirectory, platform, offline }, watch),
      );
      const format = chosenFormat(options);
      const paint = createPaint(terminal.colors && terminal.isOutTerminal);
      if (format === "json") terminal.out(renderJson(imageDifferenceDocument(difference)));
      else if (format === "md") terminal.out(renderImageDifferenceMarkdown(difference));
      else terminal.out(renderImageDifference(difference, paint, format === "wide"));
      if (options.detailedExitcode === true && !isEmptyDifference(difference)) context.exit(exitCodes.changesPresent);
    });
}

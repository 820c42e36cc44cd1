import type { Command } from "commander";

import type { App } from "../app/use-cases.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderCheck, renderCheckMarkdown } from "./output/check-text.ts";
import { renderJson } from "./output/data.ts";
import { renderImageCheck, renderImageCheckMarkdown } from "./output/image-check-text.ts";
import { createPaint, type Paint } from "./output/paint.ts";

interface CheckOptions extends GlobalOptions {
  readonly only?: readonly string[];
  readonly again?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<target>", "hub/NAME, or image/NAME")
    .option(
      "--only <steps>",
      "only these: of a hub server,kernel,dask,…, extra/NAME or due, with what they need; of an image imports,plot,tests,…",
      parseList,
    )
    .option("--again", "image: look at everything anew, also at what has passed before")
    .addHelpText(
      "after",
      `
hub/NAME: a user made for the purpose starts a server, runs code, starts a Dask cluster, scales it by hand and by itself,
computes, and is deleted with all it had; then the same for the checks that the hub's settings list.
image/NAME: its environment is built from its lock where it is missing; in it, every declared package is imported, a
kernel and a server are started, a plot is drawn and looked at, TAB is pressed, and the image's own tests are run. What has
passed for the same contents is not run again.
Interrupt either at any time. The exit status is 0 when nothing failed, and 1 when something did.`,
    )
    .action(async (target: string, options: CheckOptions) => {
      const app = await context.openApp(options);
      if (target.startsWith("image/")) await checkImage(app, target, { options, context });
      else await checkHubs(app, target, { options, context });
    });
}

interface Asked {
  readonly options: CheckOptions;
  readonly context: CommandContext;
}

async function checkHubs(app: App, target: string, { options, context }: Asked): Promise<void> {
  for (const hub of await app.selectAnywhere([target])) {
    const result = await context.watch((watch) => app.check(hub, options.only, watch));
    show(result, { renderTable: renderCheck, renderMarkdown: renderCheckMarkdown, options, context });
  }
}

async function checkImage(app: App, target: string, { options, context }: Asked): Promise<void> {
  const { only, again = false } = options;
  const result = await context.watch((watch) => app.checkImage(target, { only, again }, watch));
  show(result, { renderTable: renderImageCheck, renderMarkdown: renderImageCheckMarkdown, options, context });
}

interface Shown<Report> extends Asked {
  readonly renderTable: (report: Report, paint: Paint) => string;
  readonly renderMarkdown: (report: Report) => string;
}

function show<Report extends { readonly target: string; readonly verdict: string }>(
  report: Report,
  { renderTable, renderMarkdown, options, context }: Shown<Report>,
): void {
  const { terminal } = context;
  const format = chosenFormat(options);
  if (format === "json") terminal.out(renderJson(report));
  else if (format === "md") terminal.out(renderMarkdown(report));
  else if (format === "name") terminal.out(`${report.target}\n`);
  else terminal.out(renderTable(report, createPaint(terminal.colors && terminal.isOutTerminal)));
  if (report.verdict === "failed") context.exit(exitCodes.failed);
  if (report.verdict === "interrupted") context.exit(exitCodes.interrupted);
}

function parseList(text: string): readonly string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

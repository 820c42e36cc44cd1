import type { Command } from "commander";

import { renderProblems } from "../../errors/render-problems.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { bundleListDocument } from "../output/bundle/bundle-document.ts";
import { renderBundleList } from "../output/bundle/bundle-text.ts";
import { standingWords } from "../output/bundle/standing-words.ts";
import { renderJson } from "../output/data.ts";

export function configure(command: Command, context: CommandContext): void {
  command.action(async (options: GlobalOptions) => {
    const { terminal, signal } = context;
    const app = await context.openApp(options);
    const found = await app.bundles.list(signal);
    const format = chosenFormat(options);
    if (format === "json") terminal.out(renderJson(bundleListDocument(found)));
    else if (format === "name") terminal.out(found.bundles.map(({ id }) => `${id}\n`).join(""));
    else terminal.out(renderBundleList(found));
    terminal.err(standingWords(found.standing));
    if (found.problems.length === 0) return;
    if (format !== "json") {
      const colors = terminal.colors && terminal.isErrTerminal;
      terminal.err(renderProblems(found.problems, { colors }));
    }
    context.exit(exitCodes.failed);
  });
}

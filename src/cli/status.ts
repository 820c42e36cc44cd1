import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { renderData } from "./output/data.ts";
import { createPaint } from "./output/paint.ts";
import { renderStatus, renderStatusMarkdown } from "./output/status-text.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .addHelpText(
      "after",
      `
One line a hub: its health with the reason, what it runs, who uses it, where it is. What is shown was looked at now.`,
    )
    .action(async (options: GlobalOptions) => {
      const app = await context.openApp(options);
      const hubs = await app.status();
      const { terminal } = context;
      const format = chosenFormat(options);
      const data = renderData({ version: 1, hubs }, format);
      if (data !== undefined) terminal.out(data);
      else if (format === "name") terminal.out(hubs.map(({ hub }) => `hub/${hub}\n`).join(""));
      else if (format === "md") terminal.out(renderStatusMarkdown(hubs));
      else
        terminal.out(
          renderStatus(hubs, {
            paint: createPaint(terminal.colors && terminal.isOutTerminal),
            wide: format === "wide",
          }),
        );
    });
}

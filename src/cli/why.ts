import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderData } from "./output/data.ts";
import { createPaint } from "./output/paint.ts";
import { renderDiagnosis } from "./output/diagnosis-text.ts";
import { requireOne } from "./require-one.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<hub>", "hub/NAME")
    .addHelpText(
      "after",
      `
Looks at the hub's processes, logs, ports, disk, database, environments, login, routes and certificate, and says on one
screen what is wrong, since when, why, and what to type next. Of a hub on Kubernetes: its pods, with images, room on nodes, disks,
quotas and last words. Changes nothing. Exit status: 0 when nothing is wrong, 1 when something is.`,
    )
    .action(async (target: string, options: GlobalOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      // A hub whose file was deleted may still run here, and one that is written may not be here yet.
      const present = await app.present([target]).catch(() => []);
      const away = (await app.fleet()).hubs.get(target.replace(/^hub\//, ""));
      const name =
        present.length > 0
          ? requireOne(present, target)
          : (away ?? requireOne((await app.select([target])).local, target)).name;
      const diagnosis = await app.why(name, context.signal);
      const paint = createPaint(terminal.colors && terminal.isOutTerminal);
      terminal.out(renderData(diagnosis, chosenFormat(options)) ?? renderDiagnosis(diagnosis, paint));
      context.exit(diagnosis.verdict === "nothing wrong" ? exitCodes.done : exitCodes.failed);
    });
}

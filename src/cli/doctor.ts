import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderData } from "./output/data.ts";
import { renderDoctor } from "./output/doctor-text.ts";
import { createPaint } from "./output/paint.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .addHelpText(
      "after",
      `
Looks at what hubfleet needs of this machine: tools, Python, the state directory, disk, control groups, clock; inside of a
fleet also at its ports, lease, Git and leftovers. Each line says ok, warn or fail, and what to do. Changes nothing. Exit
status: 1 when a line says fail.`,
    )
    .action(async (options: GlobalOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const report = await app.doctor();
      const paint = createPaint(terminal.colors && terminal.isOutTerminal);
      terminal.out(renderData(report, chosenFormat(options)) ?? renderDoctor(report, paint));
      context.exit(report.lines.some(({ level }) => level === "fail") ? exitCodes.failed : exitCodes.done);
    });
}

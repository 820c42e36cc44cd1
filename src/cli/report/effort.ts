import type { Command } from "commander";

import { chosenFormat, type CommandContext } from "../command.ts";
import { effortDocument, effortSections } from "../output/report/effort-text.ts";
import { printReport } from "../output/report/print-report.ts";
import { addTimeOptions, chosenTime, type TimeOptions } from "./time-options.ts";

export function configure(command: Command, context: CommandContext): void {
  addTimeOptions(command)
    .addHelpText(
      "after",
      `
Made of the records on hubfleet/state, which know moments and not how long somebody thought: what is further apart than 30
minutes belongs to two sittings, and a sitting is from its first record to its last. What leaves no record is written down
with \`hubfleet report spent\`.

  hubfleet report effort --since 2026-10-01 --until 2026-11-01 -o md > october.md`,
    )
    .action(async (options: TimeOptions) => {
      const app = await context.openApp(options);
      const report = await app.reports.effort(chosenTime(options), context.signal);
      printReport(report, {
        format: chosenFormat(options),
        context,
        shown: { document: effortDocument(report), sections: effortSections(report) },
      });
    });
}

import type { Command } from "commander";

import { chosenFormat, type CommandContext } from "../command.ts";
import { changesDocument, changesSections } from "../output/report/changes-text.ts";
import { printReport } from "../output/report/print-report.ts";
import { addTimeOptions, chosenTime, type TimeOptions } from "./time-options.ts";

export function configure(command: Command, context: CommandContext): void {
  addTimeOptions(command)
    .addHelpText(
      "after",
      `
The oldest first: what was recorded on hubfleet/state, and what was committed to the fleet's files on the branch that is
checked out. A committed setting is "live", in effect from the next apply on, or "gated", with the next bundle.

  hubfleet report changes --since 30d
  hubfleet report changes --since 2026-07-01 --until 2026-10-01 -o md > quarter.md`,
    )
    .action(async (options: TimeOptions) => {
      const app = await context.openApp(options);
      const report = await app.reports.changes(chosenTime(options), context.signal);
      printReport(report, {
        format: chosenFormat(options),
        context,
        shown: { document: changesDocument(report), sections: changesSections(report) },
      });
    });
}

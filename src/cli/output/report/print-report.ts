import type { HubfleetError } from "../../../errors/hubfleet-error.ts";
import { renderProblems } from "../../../errors/render-problems.ts";
import type { StateStanding } from "../../../ports/state-ref.ts";
import type { CommandContext, OutputFormat } from "../../command.ts";
import { exitCodes } from "../../exit-codes.ts";
import { standingWords } from "../bundle/standing-words.ts";
import { renderJson } from "../data.ts";
import { type ReportSection, renderReport, renderReportMarkdown } from "./report-sections.ts";

export interface PrintReportOptions {
  readonly format: OutputFormat;
  readonly context: CommandContext;
  readonly shown: { readonly document: object; readonly sections: readonly ReportSection[] };
}

/** A report, and what keeps it from being whole. */
export function printReport(
  { problems, standing }: { readonly problems: readonly HubfleetError[]; readonly standing: StateStanding },
  { format, context, shown: { document, sections } }: PrintReportOptions,
): void {
  const { terminal } = context;
  if (format === "json") terminal.out(renderJson(document));
  else terminal.out(format === "md" ? renderReportMarkdown(sections) : renderReport(sections));
  terminal.err(standingWords(standing));
  if (problems.length === 0) return;
  if (format !== "json") terminal.err(renderProblems(problems, { colors: terminal.colors && terminal.isErrTerminal }));
  context.exit(exitCodes.failed);
}

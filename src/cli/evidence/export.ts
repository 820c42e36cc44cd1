import { type Command, Option } from "commander";

import { inTotoStatement } from "../../evidence/in-toto.ts";
import { renderProblems } from "../../errors/render-problems.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { standingWords } from "../output/bundle/standing-words.ts";
import { addFilterOptions, chosenFilter, type FilterOptions } from "./filter-options.ts";

export function configure(command: Command, context: CommandContext): void {
  addFilterOptions(command)
    .addOption(
      new Option("--format <format>", "in-toto: a Statement v1 a line, not signed")
        .choices(["in-toto"])
        .makeOptionMandatory(),
    )
    .addHelpText(
      "after",
      `
The oldest first. The subjects are the bundle and the parts that a record is about, by digest; where it is about none, the
record itself. The predicate, of type hubfleet:evidence/v1, is the record. Statements are not signed: what speaks for them
is \`hubfleet evidence verify\`; sign them with your own key where others are to take your word.

  hubfleet evidence export --format in-toto --bundle 3fa9 > evidence.intoto.jsonl`,
    )
    .action(async (options: FilterOptions) => {
      const { terminal, signal } = context;
      const app = await context.openApp(options);
      const { records, bundles, problems, standing } = await app.evidence.list(chosenFilter(options), signal);
      const statements = records.toReversed().map((record) => inTotoStatement(record, bundles));
      terminal.out(statements.map((statement) => `${JSON.stringify(statement)}\n`).join(""));
      terminal.err(standingWords(standing));
      if (problems.length === 0) return;
      terminal.err(renderProblems(problems, { colors: terminal.colors && terminal.isErrTerminal }));
      context.exit(exitCodes.failed);
    });
}

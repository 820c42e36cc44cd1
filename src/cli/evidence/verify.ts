import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { standingWords } from "../output/bundle/standing-words.ts";
import { renderJson } from "../output/data.ts";
import { isWhole, renderVerified, verifiedDocument } from "../output/evidence/verified-text.ts";

interface VerifyOptions extends GlobalOptions {
  readonly against?: string;
  readonly decisions?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .option(
      "--against <file|commit>",
      "what was kept of it before: a file of `evidence anchor`, or a commit of the branch",
    )
    .option("--decisions", "make each decision of a gate once more, from what was recorded before it")
    .addHelpText(
      "after",
      `
Looks at every record by itself, at all of them together, at Git's history of the branch, and compares them with what was
known before: what was kept (--against), and what this clone saw last. It says which; against nothing, whoever may push
could have written all of it anew. Exit status: 0 when it is whole, 1 when something was edited, taken away, put between,
replayed, cut off or written anew.

  hubfleet evidence anchor > anchor.json     keep it where those who push cannot write
  hubfleet evidence verify --against anchor.json

Who trusts no hubfleet uses assets/verify/verify-evidence.mjs, one small file for Node, on \`git archive hubfleet/state\`.`,
    )
    .action(async (options: VerifyOptions) => {
      const { terminal, signal, workingDirectory } = context;
      const app = await context.openApp(options);
      const asked = { against: options.against, decisions: options.decisions === true };
      const verified = await app.evidence.verify({ ...asked, workingDirectory }, signal);
      const isJson = chosenFormat(options) === "json";
      terminal.out(isJson ? renderJson(verifiedDocument(verified)) : renderVerified(verified));
      terminal.err(standingWords(verified.standing));
      if (!isWhole(verified)) context.exit(exitCodes.failed);
    });
}

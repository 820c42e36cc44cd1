import type { Command } from "commander";

import { usualHoldMilliseconds } from "../operate/bundles/holds.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { addEndingOptions, type EndingOptions, endingTerms } from "./ending-options.ts";
import { standingWords } from "./output/bundle/standing-words.ts";
import { renderJson } from "./output/data.ts";
import { rollbackDocument } from "./output/promotion/promotion-document.ts";
import { renderRollback } from "./output/promotion/promotion-text.ts";
import { parseReason } from "./parse-reason.ts";
import { parseUntil } from "./parse-until.ts";
import { failureWords, resultsExitCode } from "./promote.ts";

interface RollbackOptions extends GlobalOptions, EndingOptions {
  readonly to?: string;
  readonly reason?: string;
  readonly until?: Date;
}

export function configure(command: Command, context: CommandContext): void {
  addEndingOptions(command)
    .argument("<target>", "hub/NAME or stage/NAME")
    .option("--to <bundle>", "a bundle that did well there (default: the one before)")
    .option("--reason <text>", "why, for whoever meets the hold", parseReason)
    .option("--until <time>", "how long it is held there: 12h, 7d, 2026-12-24 (default: 7d)", (text) =>
      parseUntil(text, new Date()),
    )
    .addHelpText(
      "after",
      `
Going back to what did well on a hub asks no gate, and happens at once. A hold keeps it there, so that nothing moves it
forward again behind your back; \`hubfleet resume\` ends it. A hub that runs a draft of \`up\` beside its bundle goes back to
that bundle, without a hold. Typed again, it goes on where it was killed, and tries again where it failed; --to goes further.

  hubfleet rollback hub/research --reason "maps are blank"
  hubfleet rollback stage/production --to 81c0`,
    )
    .action(async (target: string, options: RollbackOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const { to, reason = "rolled back by hand" } = options;
      const until = options.until ?? new Date(Date.now() + usualHoldMilliseconds);
      const asked = { target, to, reason, until, ending: endingTerms(options) };
      const done = await context.watch((watch) => app.promotions.rollback(asked, watch));
      if (chosenFormat(options) === "json") terminal.out(renderJson(rollbackDocument(done)));
      else terminal.out(renderRollback(done));
      terminal.err(failureWords(done.results, terminal.colors && terminal.isErrTerminal));
      terminal.err(standingWords(done.standing));
      context.exit(resultsExitCode(done.results));
    });
}

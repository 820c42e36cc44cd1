import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { standingWords } from "./output/bundle/standing-words.ts";
import { renderJson } from "./output/data.ts";
import { advanceDocument, renderAdvance } from "./output/promotion/advance-text.ts";
import { failureWords, resultsExitCode } from "./promote.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .addHelpText(
      "after",
      `
One turn of what happens by itself, for a timer, a schedule of CI, or by hand: looks at every hub, so that bundles soak;
finishes checks whose time has come; brings to an end what a killed command left; moves bundles into stages that say
\`auto: true\` when their gate is open; tells people, as \`notify\` of fleet.yaml says. Run it as often as \`observeEvery\` asks,
or more often: what it finds twice is recorded once. Two at the same time do no harm.

  */10 * * * *  hubfleet -C /srv/fleet advance

The exit status is 0 also where a hub is not well, which is told; 4 when a hub did not do well with a bundle.`,
    )
    .action(async (options: GlobalOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const advanced = await context.watch((watch) => app.promotions.advance(watch));
      const isJson = chosenFormat(options) === "json";
      terminal.out(isJson ? renderJson(advanceDocument(advanced)) : renderAdvance(advanced));
      const results = advanced.promotions.flatMap((promotion) => promotion.results);
      terminal.err(failureWords(results, terminal.colors && terminal.isErrTerminal));
      terminal.err(standingWords(advanced.standing));
      const exitCode = resultsExitCode(results);
      if (exitCode !== exitCodes.done) context.exit(exitCode);
    });
}

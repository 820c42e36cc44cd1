import type { Command } from "commander";

import type { HubResult } from "../apply/promote/change-hubs.ts";
import type { Promotion } from "../apply/promote/promote.ts";
import { renderProblems } from "../errors/render-problems.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { addEndingOptions, type EndingOptions, endingTerms } from "./ending-options.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { standingWords } from "./output/bundle/standing-words.ts";
import { renderJson } from "./output/data.ts";
import { promotionDocument } from "./output/promotion/promotion-document.ts";
import { renderPromotion, renderPromotionPlan } from "./output/promotion/promotion-text.ts";
import { parseReason } from "./parse-reason.ts";

interface PromoteOptions extends GlobalOptions, EndingOptions {
  readonly to: string;
  readonly plan?: boolean;
  readonly why?: boolean;
  readonly breakGlass?: string;
}

export function configure(command: Command, context: CommandContext): void {
  addEndingOptions(command)
    .argument("<bundle>", "its id, or the beginning of it or of the digits at its end")
    .requiredOption("--to <stage>", "the stage to move it into")
    .option("--plan", "say whether the gate is open and what would happen; change nothing")
    .option("--why", "with the records that the gate's decision rests on")
    .option(
      "--break-glass <reason>",
      "open the gate by your own word; it is recorded, and others are told",
      parseReason,
    )
    .addHelpText(
      "after",
      `
The gate first: what the earlier stages and this one ask for. Then the stage's hubs, wave by wave: each gets the bundle, is
checked, and goes back to what it ran when it does not do well; then the wave stops. Interrupted or killed, the same
command goes on from where the stage stands. Hubs on hold stay. Users' servers go on, and new ones get the bundle.

The exit status is 3 when the gate is shut, 4 when some hubs did not do well.

  hubfleet promote 3fa9 --to production --plan
  hubfleet promote 2026.11.21-3fa9c21e --to production`,
    )
    .action(async (bundle: string, options: PromoteOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const why = options.why === true;
      const asked = { bundle, stage: options.to, breakGlass: options.breakGlass, ending: endingTerms(options) };
      const isJson = chosenFormat(options) === "json";
      if (options.plan === true) {
        const plan = await context.watch((watch) => app.promotions.plan(asked, watch));
        terminal.out(isJson ? renderJson(promotionDocument(plan)) : renderPromotionPlan(plan, { why }));
        terminal.err(standingWords(plan.standing));
        if (plan.verdict.kind !== "open") context.exit(exitCodes.blocked);
        return;
      }
      const promotion = await context.watch((watch) => app.promotions.promote(asked, watch));
      terminal.out(isJson ? renderJson(promotionDocument(promotion)) : renderPromotion(promotion, { why }));
      terminal.err(failureWords(promotion.results, terminal.colors && terminal.isErrTerminal));
      terminal.err(standingWords(promotion.standing));
      context.exit(exitCodeOf(promotion));
    });
}

/** Why hubs did not do well, each reason once. */
export function failureWords(results: readonly HubResult[], colors: boolean): string {
  const errors = results.flatMap((result) => (result.kind === "failed" ? result.errors : []));
  return errors.length === 0 ? "" : renderProblems(errors, { colors });
}

/** What became of hubs that were to run a bundle, as a status. */
export function resultsExitCode(results: readonly HubResult[]): ExitCode {
  if (results.some(({ kind }) => kind === "interrupted")) return exitCodes.interrupted;
  return results.every(({ kind }) => kind === "done") ? exitCodes.done : exitCodes.someTargetsFailed;
}

function exitCodeOf({ kind, results, stopped, progress }: Promotion): ExitCode {
  const exitCode = resultsExitCode(results);
  if (exitCode !== exitCodes.done) return exitCode;
  if (kind === "blocked") return exitCodes.blocked;
  if (stopped === undefined) return exitCodes.done;
  return progress.hubs.some(({ state }) => state === "failed") ? exitCodes.someTargetsFailed : exitCodes.blocked;
}

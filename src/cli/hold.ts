import type { Command } from "commander";

import { momentWords } from "../bundle/words.ts";
import { usualHoldMilliseconds } from "../operate/bundles/holds.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { standingWords } from "./output/bundle/standing-words.ts";
import { renderJson } from "./output/data.ts";
import { holdDocument } from "./output/promotion/promotion-document.ts";
import { parseReason } from "./parse-reason.ts";
import { parseUntil } from "./parse-until.ts";

interface HoldOptions extends GlobalOptions {
  readonly reason: string;
  readonly until?: Date;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<target>", "hub/NAME or stage/NAME")
    .requiredOption("--reason <text>", "why, for whoever meets it", parseReason)
    .option("--until <time>", "when it ends by itself: 12h, 7d, 2026-12-24, 2026-12-24T18:00Z (default: 7d)", (text) =>
      parseUntil(text, new Date()),
    )
    .addHelpText(
      "after",
      `
What a hub on hold runs stays: no bundle reaches it, no draft, and no gated setting of its own file. Who lost access loses it
all the same, and what ends is started again. A stage on hold takes no bundle, and its hubs stay.

  hubfleet hold hub/research --reason "exam week" --until 2026-12-18`,
    )
    .action(async (target: string, options: HoldOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const until = options.until ?? new Date(Date.now() + usualHoldMilliseconds);
      const asked = { target, reason: options.reason, until };
      const { hold, standing } = await context.watch((watch) => app.promotions.hold(asked, watch));
      const at = hold.bundle === undefined ? "as it runs" : `at ${hold.bundle}`;
      if (chosenFormat(options) === "json") terminal.out(renderJson(holdDocument(hold)));
      else terminal.out(`${target} is held ${at} until ${momentWords(hold.until)}: ${hold.reason}\n`);
      terminal.err(standingWords(standing));
    });
}

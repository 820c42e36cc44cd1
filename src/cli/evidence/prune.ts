import { type Command, InvalidArgumentError } from "commander";

import { counted } from "../../bundle/words.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { confirm } from "../confirm.ts";
import { standingWords } from "../output/bundle/standing-words.ts";
import { showBytes } from "../output/bytes.ts";
import { renderJson } from "../output/data.ts";
import { parseSince } from "../parse-since.ts";

interface PruneOptions extends GlobalOptions {
  readonly olderThan: Date;
  readonly plan?: boolean;
  readonly yes?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .requiredOption("--older-than <time>", "what no record named since: 180d, 2026-01-01", parseOld)
    .option("--plan", "say what would go, and remove nothing")
    .option("-y, --yes", "don't ask")
    .addHelpText(
      "after",
      `
Removes files below outputs/ from the branch hubfleet/state: pictures and pages that somebody attached to an item of a
checklist. What belongs to a bundle that a stage or hub runs stays. Records stay, too, with the digest of each file, and one
more says what went: \`evidence verify\` finds everything whole, and decides gates as before. Git keeps the files in the
branch's history; what gets smaller is what each command reads, and shallow clones.

  hubfleet evidence prune --older-than 365d --plan`,
    )
    .action(async (options: PruneOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const before = options.olderThan;
      const planned = await context.watch((watch) => app.evidence.prune({ before, isPlan: true }, watch));
      const isPlan = options.plan === true || planned.old.length === 0;
      if (!isPlan) {
        const what = `remove ${counted(planned.old.length, "old output")} from hubfleet/state`;
        await confirm({ what, word: "remove", yes: options.yes === true }, context);
      }
      const found = isPlan
        ? planned
        : await context.watch((watch) => app.evidence.prune({ before, isPlan: false }, watch));
      const bytes = found.old.reduce((sum, output) => sum + output.bytes, 0);
      const done = isPlan ? "would go" : "removed";
      const words = `${counted(found.old.length, "output")} (${showBytes(bytes)}) ${done}; ${found.kept} ${found.kept === 1 ? "stays" : "stay"}\n`;
      const lines = found.old.map(({ digest, namedAt }) => `  ${digest.slice(0, 12)}, ${dayWords(namedAt)}\n`);
      const isJson = chosenFormat(options) === "json";
      terminal.out(isJson ? renderJson({ version: 1, plan: isPlan, ...found, bytes }) : `${words}${lines.join("")}`);
      terminal.err(standingWords(found.standing));
    });
}

function dayWords(namedAt: Date | undefined): string {
  return namedAt === undefined ? "no record names it" : `named last on ${namedAt.toISOString().slice(0, 10)}`;
}

function parseOld(text: string): Date {
  const before = parseSince(text, new Date());
  if (before.getTime() < Date.now()) return before;
  throw new InvalidArgumentError("write how long ago: 180d, or a date that is over");
}

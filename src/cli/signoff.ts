import { resolve } from "node:path";

import { type Command, Option } from "commander";

import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { SignOffWish, Word } from "../operate/signoffs/sign-off-wish.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { confirm } from "./confirm.ts";
import { standingWords } from "./output/bundle/standing-words.ts";
import { renderJson } from "./output/data.ts";
import { signOffDocument } from "./output/signoff/sign-off-document.ts";
import { renderGiven, renderSheet } from "./output/signoff/sign-off-text.ts";

interface SignoffOptions extends GlobalOptions {
  readonly stage: string;
  readonly item?: string;
  readonly attachment?: string;
  readonly object?: string;
  readonly withdraw?: string | true;
  readonly as?: string;
  readonly reason?: string;
  readonly plan?: boolean;
  readonly yes?: boolean;
}

/** What is said one at a time. */
const words = ["item", "object", "withdraw", "reason"];
const others = (name: string): string[] => words.filter((word) => word !== name);

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<bundle>", "its id, or the beginning of it or of the digits at its end")
    .requiredOption("--stage <stage>", "the stage that it is to enter")
    .addOption(
      new Option("--item <name>", "tick an item of the stage's checklist off, instead of signing").conflicts(
        others("item"),
      ),
    )
    .option("--attachment <file>", "with --item: what you looked at; kept on the state, at most 5 MB")
    .addOption(
      new Option("--object <reason>", "say no: the bundle stays out until you take it back").conflicts(
        others("object"),
      ),
    )
    .addOption(
      new Option(
        "--withdraw [record]",
        "take back what you said of it; of several things, the one whose record begins so, or all",
      ).conflicts(others("withdraw")),
    )
    .option("--as <id>", "who you are in `people` (default: whose key or address Git has, or the only one)")
    .addOption(new Option("--reason <text>", "with a sign-off: a word with it").conflicts(others("reason")))
    .option("--plan", "show what it is about and what is missing; record nothing")
    .option("-y, --yes", "don't ask")
    .addHelpText(
      "after",
      `
Shows what the stage would newly get: packages, settings, checks, and what is asked of whom. A sign-off names exactly these
parts by their digests: it counts for every bundle that has them, and lapses when one changes.

  hubfleet signoff 3fa9 --stage production --plan
  hubfleet signoff 3fa9 --stage production
  hubfleet signoff 3fa9 --stage production --item plots --attachment maps.png
  hubfleet signoff 3fa9 --stage production --object "the maps are blank"`,
    )
    .action(async (bundle: string, options: SignoffOptions) => {
      const { terminal } = context;
      const isJson = chosenFormat(options) === "json";
      const wish: SignOffWish = { bundle, stage: options.stage, as: options.as, word: wordOf(options, context) };
      const app = await context.openApp(options);
      const seen = await context.watch((watch) => app.signoffs.look(wish, watch));
      if (options.plan === true) {
        terminal.out(isJson ? renderJson(signOffDocument(seen)) : renderSheet(seen));
        terminal.err(standingWords(seen.standing));
        return;
      }
      if (wish.word.kind === "sign-off") {
        if (!isJson) terminal.out(renderSheet(seen));
        if (seen.refusal !== undefined) throw seen.refusal;
        const what = `sign off ${seen.sheet.bundle.id} for stage ${wish.stage} as ${seen.person.id}`;
        await confirm({ what, word: wish.stage, yes: options.yes === true }, context);
      }
      const given = await context.watch((watch) => app.signoffs.give(wish, seen, watch));
      terminal.out(isJson ? renderJson(signOffDocument(given)) : renderGiven(given, wish.word));
      terminal.err(standingWords(given.standing));
    });
}

/** @throws HubfleetError ATTACHMENT_REFUSED */
function wordOf(options: SignoffOptions, { workingDirectory }: CommandContext): Word {
  const { item, attachment, object, withdraw, reason } = options;
  if (attachment !== undefined && item === undefined) {
    throw new HubfleetError("ATTACHMENT_REFUSED", {
      message: "a file is attached to an item of the checklist, and none is named",
      hint: "name it: --item NAME",
    });
  }
  if (item !== undefined) {
    return {
      kind: "tick",
      item,
      attachment: attachment === undefined ? undefined : resolve(workingDirectory, attachment),
    };
  }
  if (object !== undefined) return { kind: "objection", reason: object };
  if (withdraw !== undefined) return { kind: "withdrawal", of: withdraw === true ? undefined : withdraw };
  return { kind: "sign-off", reason };
}

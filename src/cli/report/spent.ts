import { type Command, InvalidArgumentError } from "commander";

import { durationWords } from "../../bundle/words.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { standingWords } from "../output/bundle/standing-words.ts";
import { renderJson } from "../output/data.ts";

interface SpentOptions extends GlobalOptions {
  readonly for: string;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<time>", "how long it took: 45m, 3h, 2h30m", parseMinutes)
    .requiredOption("--for <words>", "what for; no names of people, it stays on record", parseWords)
    .addHelpText(
      "after",
      `
It is a record like any other, never rewritten, and counts as yours in \`hubfleet report effort\`. Nobody has to.

  hubfleet report spent 3h --for "moving the homes to the new disk"`,
    )
    .action(async (minutes: number, options: SpentOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const { record, standing } = await context.watch((watch) =>
        app.reports.spent({ minutes, on: options.for }, watch),
      );
      const { who } = record.record;
      const words = `${who.id} spent ${durationWords(minutes * 60_000)} on ${options.for} (record ${record.name.slice(0, 12)})\n`;
      const isJson = chosenFormat(options) === "json";
      terminal.out(
        isJson ? renderJson({ version: 1, record: record.name, who: who.id, minutes, on: options.for }) : words,
      );
      terminal.err(standingWords(standing));
    });
}

function parseMinutes(text: string): number {
  const [, hours, minutes] = /^(?:(\d{1,4})h)?(?:(\d{1,5})m)?$/.exec(text) ?? [];
  const all = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  if (all > 0 && all <= 100_000) return all;
  throw new InvalidArgumentError("write 45m, 3h or 2h30m");
}

function parseWords(text: string): string {
  const words = text.trim();
  if (words !== "" && words.length <= 1000) return words;
  throw new InvalidArgumentError("say what it was, in at most 1000 characters");
}

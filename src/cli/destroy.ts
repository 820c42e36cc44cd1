import type { Command } from "commander";

import { HubfleetError } from "../errors/hubfleet-error.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderRemains } from "./output/remains-text.ts";
import { renderJson } from "./output/data.ts";

interface DestroyCommandOptions extends GlobalOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly deleteHomes?: boolean;
  readonly deleteEnvironments?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("[target...]", "hub/NAME, stage/NAME or cluster/NAME")
    .option("--all", "everything of this fleet on this machine")
    .option("--delete-homes", "delete homes, shared directories, database and secrets too")
    .option("--delete-environments", "delete built environments that no fleet of this machine uses any more")
    .option("-y, --yes", "don't ask")
    .addHelpText(
      "after",
      `
Ends users' servers and Dask clusters, then the hub. Homes, shared directories and the hub's database are kept unless
--delete-homes is given; \`up\` finds them again. Ends with a scan of what is left.`,
    )
    .action(async (targets: readonly string[], options: DestroyCommandOptions) => {
      if (targets.length === 0 && options.all !== true) {
        throw new HubfleetError("TARGET_MISSING", {
          message: "nothing is named",
          hint: "name hub/NAME, or pass --all",
        });
      }
      const { terminal } = context;
      const app = await context.openApp(options);
      const hubs = await app.present(options.all === true ? [] : targets);
      await confirm(hubs, options, context);
      const deleteHomes = options.deleteHomes === true;
      const deleteEnvironments = options.deleteEnvironments === true;
      const destroyed = await context.watch((watch) => app.destroy(hubs, { deleteHomes, deleteEnvironments }, watch));

      const isClean = destroyed.hubs.every(({ leftBehind }) => leftBehind.length === 0);
      terminal.out(
        chosenFormat(options) === "json" ? renderJson({ version: 1, ...destroyed }) : renderRemains(destroyed),
      );
      context.exit(isClean ? exitCodes.done : exitCodes.failed);
    });
}

/** Wants the name typed: of the hub, or "all" for several. Never asks where nobody can answer. */
async function confirm(
  hubs: readonly string[],
  options: DestroyCommandOptions,
  { terminal, signal }: CommandContext,
): Promise<void> {
  if (options.yes === true || hubs.length === 0) return;
  const word = hubs.length === 1 ? (hubs[0] ?? "") : "all";
  const what = `${hubs.join(", ")}${options.deleteHomes === true ? " WITH ALL HOMES" : ""}`;
  if (!terminal.isInteractive) {
    throw new HubfleetError("CONFIRMATION_NEEDED", {
      message: `this would destroy ${what}, and nobody is at a terminal to confirm it`,
      hint: "pass --yes",
    });
  }
  const { text, isCancel } = await import("@clack/prompts");
  const typed = await text({ message: `This ends every server of ${what}. Type "${word}" to go on:`, signal });
  if (isCancel(typed) || typed !== word) {
    throw new HubfleetError("CONFIRMATION_NEEDED", { message: "not confirmed; nothing was touched" });
  }
}

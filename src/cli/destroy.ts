import type { Command } from "commander";

import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { isLocal } from "../runtime/local/draft.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { confirm } from "./confirm.ts";
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
--delete-homes is given; \`up\` finds them again. A rehearsal (--on local) goes with its homes. Ends with a scan of what is
left. On Kubernetes, disks and secrets are kept in the same way; --delete-homes deletes the hub's namespace, too, when it
has nothing of anybody else. --all is about this machine alone; cluster/NAME takes every hub of the fleet on a cluster down,
also those whose file is gone. Where the cluster's own file is gone, put that back first.`,
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
      // A rehearsal's homes are nobody's work.
      const isRehearsal = options.on === "local";
      const deleteHomes = options.deleteHomes === true || isRehearsal;
      const ending = deleteHomes ? hubs : await app.running(hubs);
      if (ending.length > 0) {
        const all = ending.join(", ");
        const what = isRehearsal
          ? `end every server of the rehearsal of ${all}, and delete it with its homes`
          : `end every server of ${all}${deleteHomes ? " AND DELETE ALL HOMES" : ""}`;
        await confirm(
          { what, word: ending.length === 1 ? (ending[0] ?? "") : "all", yes: options.yes === true },
          context,
        );
      }
      const deleteEnvironments = options.deleteEnvironments === true;
      const destroyed = await context.watch((watch) => app.destroy(hubs, { deleteHomes, deleteEnvironments }, watch));

      if (options.all === true) terminal.err(elsewhereWords(await app.fleet()));
      const isClean = destroyed.hubs.every(({ leftBehind }) => leftBehind.length === 0);
      terminal.out(
        chosenFormat(options) === "json" ? renderJson({ version: 1, ...destroyed }) : renderRemains(destroyed),
      );
      context.exit(isClean ? exitCodes.done : exitCodes.failed);
    });
}

/** That there is more of the fleet than what this machine has. */
function elsewhereWords(fleet: Fleet): string {
  const away = [...fleet.hubs.values()].filter(({ cluster }) => !isLocal(fleet.clusters.get(cluster)));
  if (away.length === 0) return "";
  const clusters = [...new Set(away.map(({ cluster }) => cluster))];
  return `${away.map(({ name }) => `hub/${name}`).join(", ")} ${away.length === 1 ? "stays" : "stay"}: hubfleet destroy ${clusters.map((name) => `cluster/${name}`).join(" ")}\n`;
}

import type { Command } from "commander";

import type { App } from "../app/use-cases.ts";
import type { EndingPolicy } from "../apply/apply-with-notice.ts";
import type { Hub } from "../fleet/fleet.ts";
import { confirm } from "./confirm.ts";
import type { CommandContext } from "./command.ts";
import { parseTime } from "./parse-time.ts";

/** Options of commands that may end users' servers. */
export interface EndingOptions {
  readonly announce?: string;
  readonly wait?: number;
  readonly yes?: boolean;
}

export const endingHelp = `
Where a change ends users' servers that run, it asks first; without a terminal such a hub is held back unless --yes is
given. With --wait or --announce the hub's pages say so before; Ctrl-C while it waits takes the announcement back.`;

export function addEndingOptions(command: Command): Command {
  return command
    .option("--announce <text>", "what the pages of a hub say before its users' servers end")
    .option("--wait <time>", "how long to wait before users' servers end: 90s, 10m, 1h", parseTime)
    .option("-y, --yes", "end users' servers without asking");
}

/** On what terms servers may end, where nobody is asked before: hubs on which some would are left as they are without --yes. */
export function endingTerms({ announce = "", wait = 0, yes }: EndingOptions): EndingPolicy {
  return { message: announce, waitMilliseconds: wait, consent: yes === true ? "all" : new Set() };
}

/**
 * On what terms servers may end: asks on a terminal, where something would end.
 * @throws HubfleetError CONFIRMATION_NEEDED, INTERRUPTED when it was not agreed to
 */
export async function agreeOnEnding(
  options: EndingOptions,
  { app, hubs, command }: { readonly app: App; readonly hubs: readonly Hub[]; readonly command: "apply" | "up" },
  context: CommandContext,
): Promise<EndingPolicy> {
  const terms = { message: options.announce ?? "", waitMilliseconds: options.wait ?? 0 };
  if (options.yes === true) return { ...terms, consent: "all" };
  if (!context.terminal.isInteractive) return { ...terms, consent: new Set() };
  const endings = await app.endings(hubs, command);
  if (endings.length > 0) {
    const what = `end ${endings.map((ending) => `${ending.what} of hub/${ending.hub}`).join(", ")}; what was not saved is lost`;
    const word = endings.length === 1 ? (endings[0]?.hub ?? "") : "all";
    await confirm({ what, word, yes: false }, context);
  }
  return { ...terms, consent: new Set(endings.map(({ hub }) => hub)) };
}

import type { Command } from "commander";

import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { App } from "../../app/use-cases.ts";
import type { ImageOutcome } from "../../apply/lock-images.ts";
import type { LockUpgrade } from "../../app/image-use-cases.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { renderJson } from "../output/data.ts";
import { imageOutcomesAsData, printImageOutcomes } from "../output/image-outcomes.ts";

interface LockOptions extends GlobalOptions {
  readonly upgrade?: readonly string[];
  readonly upgradeAll?: boolean;
  readonly check?: boolean;
  readonly ci?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("[image...]", "image/NAME or image/NAME/VARIANT (default: all)")
    .option("--upgrade <package>", "let this package have a newer version; may be given several times", collect)
    .option("--upgrade-all", "let every package have a newer version")
    .option("--check", "change nothing; fail when a lock is missing or out of date")
    .option("--ci", "commit the locks that changed, and nothing else")
    .addHelpText(
      "after",
      `
A lock names every package with version and hashes, for Linux and every patch of the image's Python minor. Packages
keep their versions as long as the requirements allow. Commit it beside the requirements.

Examples:
  hubfleet image lock                          lock what changed
  hubfleet image lock lab --upgrade dask       one package, with what it needs
  hubfleet image lock --check                  in a pull request's checks
  hubfleet image lock --ci && git push         or let them be mended there`,
    )
    .action(async (targets: readonly string[], options: LockOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      if (options.check === true) {
        const problems = await app.images.lockProblems(targets);
        if (problems.length > 0) throw new HubfleetErrors(problems);
        terminal.err("all locks are up to date\n");
        return;
      }
      const upgrade: LockUpgrade = options.upgradeAll === true ? "all" : options.upgrade;
      const outcomes = await context.watch((watch) => app.images.lock(targets, upgrade, watch));
      if (chosenFormat(options) === "json") terminal.out(renderJson(imageOutcomesAsData(outcomes)));
      context.exit(printImageOutcomes(outcomes, terminal));
      if (options.ci === true) await commit(app, outcomes, context);
    });
}

async function commit(app: App, outcomes: readonly ImageOutcome[], { terminal }: CommandContext): Promise<void> {
  const committed = await app.images.commitLocks(outcomes);
  if (committed.kind === "committed") terminal.err(`committed as ${committed.commit.slice(0, 10)}; push it\n`);
  if (committed.kind === "unchanged") terminal.err("nothing to commit\n");
  if (committed.kind === "no-repository") {
    throw new HubfleetError("NOT_A_REPOSITORY", {
      message: `"${app.directory}" is in no Git repository, so the locks could not be committed`,
      hint: "leave --ci out, or run it in a clone",
    });
  }
}

function collect(word: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...word.split(",").filter((name) => name !== "")];
}

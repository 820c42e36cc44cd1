import { basename, join, resolve } from "node:path";

import { type Command, InvalidArgumentError } from "commander";

import type { CommandContext } from "./command.ts";

interface InitOptions {
  readonly teamSize?: number;
  readonly name?: string;
}

const largestTeam = 10;

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<dir>", "directory to make; it must be new or empty")
    .option("--name <name>", "the fleet's name (default: the directory's)")
    .option(
      "--team-size <people>",
      "how many people run the fleet, 1 to 10; asked on a terminal, 1 elsewhere",
      parseSize,
    )
    .addHelpText(
      "after",
      `
Makes a Git repository with two stages, two hubs on this machine and three images, with comments that explain. The
team's size sets what needs a second person: with one, nothing does.`,
    )
    .action(async (dir: string, options: InitOptions) => {
      const { initFleet } = await import("../operate/init-fleet.ts");
      const { terminal } = context;
      const directory = resolve(context.workingDirectory, dir);
      const world = await context.openInitWorld();
      const teamSize = options.teamSize ?? (await askTeamSize(context));
      const name = fleetName(options.name ?? basename(directory));
      const example = join(context.packageDirectory, "examples", "first-fleet");
      const result = await initFleet({ directory, name, teamSize, example, world });

      terminal.err(`made the fleet "${name}" in ${dir}\n`);
      const said = {
        committed: "  committed as its first commit\n",
        "no-identity": "  staged but not committed: Git does not know you (git config user.name, user.email)\n",
        "inside-another": "  not committed: the directory is inside another repository\n",
      }[result.commit];
      terminal.err(said);
      if (result.python === undefined) {
        terminal.err(
          "  note: this machine has no Python 3.10 or newer that hubs can run on; install one before `hubfleet up`\n",
        );
      }
      terminal.err(`next:\n  cd ${dir}\n  hubfleet up\n`);
    });
}

async function askTeamSize({ terminal }: CommandContext): Promise<number> {
  if (!terminal.isInteractive) return 1;
  const { select, isCancel } = await import("@clack/prompts");
  const answer = await select({
    message: "How many people run this fleet?",
    options: [
      { value: 1, label: "one", hint: "nothing waits for a second person" },
      { value: 2, label: "two or three", hint: "changes to production may ask for a second person" },
      { value: 4, label: "four or more" },
    ],
  });
  return isCancel(answer) ? 1 : answer;
}

/** A name that Kubernetes accepts, made from whatever the directory is called. */
function fleetName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 63);
  return name === "" ? "fleet" : name;
}

function parseSize(text: string): number {
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1 || size > largestTeam)
    throw new InvalidArgumentError(`a number from 1 to ${largestTeam}`);
  return size;
}

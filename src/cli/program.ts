import { Command, CommanderError, Option } from "commander";

import { commands } from "./commands.ts";
import { chosenFormat, type CommandContext } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { addGlobalOptions } from "./global-options.ts";

/**
 * Runs one command line. Only the module of the command that is named is loaded.
 * Usage errors end with exit status 64; everything else is thrown to the caller.
 */
export async function runProgram(argv: readonly string[], context: CommandContext, version: string): Promise<void> {
  const program = new Command("hubfleet")
    .description("Run a fleet of JupyterHub + Dask platforms from one Git repository.")
    .version(version, "-V, --version", "print the version")
    .helpCommand("help [command]", "show what a command does")
    .showHelpAfterError("run the command with --help to see what it takes")
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => context.terminal.out(text), writeErr: (text) => context.terminal.err(text) })
    .configureHelp({ sortSubcommands: false });

  addGlobalOptions(program, ["table", "wide", "json", "yaml", "md", "name"]);
  program.hook("preAction", (_, action) => {
    for (let parent = action.parent; parent !== null; parent = parent.parent) {
      for (const [name, value] of Object.entries(parent.opts())) {
        if (action.getOptionValue(name) === undefined) action.setOptionValue(name, value);
      }
    }
    context.formatChosen(chosenFormat(action.opts()));
  });
  const named = findCommand(argv);
  const wanted = named === "help" ? argv[argv.indexOf("help") + 1] : named;
  for (const entry of commands) {
    const command = program
      .command(entry.name, entry.hidden === true ? { hidden: true } : {})
      .description(entry.summary);
    command.helpGroup(entry.group);
    addGlobalOptions(command, entry.formats);
    if (entry.rehearses === true) command.addOption(onLocal());
    if (entry.name.split(" ")[0] === wanted) (await entry.load()).configure(command, context);
  }

  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    context.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage);
  }
}

function onLocal(): Option {
  const words = "rehearse: about a copy of the hub on this machine, whatever its cluster; the real one is left alone";
  return new Option("--on <place>", words).choices(["local"]);
}

/** The first word that is neither an option nor the directory of -C. */
function findCommand(argv: readonly string[]): string | undefined {
  return argv.find(
    (word, index) => !word.startsWith("-") && !["-C", "--dir", "-o", "--output"].includes(argv[index - 1] ?? ""),
  );
}

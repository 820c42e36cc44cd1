import type { CommandModule } from "./command.ts";

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  readonly hidden?: boolean;
  readonly load: () => Promise<CommandModule>;
}

/** Every command in the order of the help page. */
export const commands: readonly CommandEntry[] = [
  {
    name: "validate",
    group: "Fleet:",
    summary: "Check every file of the fleet and report all problems at once",
    load: () => import("./validate.ts"),
  },
];

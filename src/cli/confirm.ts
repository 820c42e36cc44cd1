import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { CommandContext } from "./command.ts";

export interface Confirmation {
  /** What would happen: "stop 3 servers of hub/research". */
  readonly what: string;
  /** The word that a person types. */
  readonly word: string;
  /** --yes was given. */
  readonly yes: boolean;
}

/**
 * Has a word typed before something is ended. Never asks where nobody can answer.
 * @throws HubfleetError CONFIRMATION_NEEDED
 */
export async function confirm(
  { what, word, yes }: Confirmation,
  { terminal, questions }: CommandContext,
): Promise<void> {
  if (yes) return;
  if (!terminal.isInteractive) {
    throw new HubfleetError("CONFIRMATION_NEEDED", {
      message: `this would ${what}, and nobody is at a terminal to confirm it`,
      hint: "pass --yes",
    });
  }
  const { text, isCancel } = await import("@clack/prompts");
  const typed = await text({ message: `This would ${what}. Type "${word}" to go on:`, signal: questions });
  if (isCancel(typed)) {
    throw new HubfleetError("INTERRUPTED", { message: "not confirmed; nothing was touched", retry: "later" });
  }
  if (typed !== word) {
    throw new HubfleetError("CONFIRMATION_NEEDED", { message: "not confirmed; nothing was touched" });
  }
}

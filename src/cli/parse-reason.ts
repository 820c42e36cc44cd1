import { InvalidArgumentError } from "commander";

const longest = 2000;

/** Why somebody did something, for the record: never nothing, and short enough to be read. */
export function parseReason(text: string): string {
  const reason = text.trim();
  if (reason === "") throw new InvalidArgumentError("say why: it is recorded, and others read it");
  if (reason.length > longest)
    throw new InvalidArgumentError(`${reason.length} characters; at most ${longest} are kept`);
  return reason;
}

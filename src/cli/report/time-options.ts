import { type Command, InvalidArgumentError } from "commander";

import type { ReportTime } from "../../app/report-use-cases.ts";
import type { GlobalOptions } from "../command.ts";
import { parseSince } from "../parse-since.ts";

/** Which time a report is about. */
export interface TimeOptions extends GlobalOptions {
  readonly since: Date;
  readonly until?: Date;
}

export function addTimeOptions(command: Command): Command {
  const parse = (text: string): Date => parseSince(text, new Date());
  return command
    .requiredOption("--since <time>", "from when on: 12h, 30d, 2026-10-01, 2026-10-01T18:00Z", parse)
    .option("--until <time>", "up to when, and no more of it; 2026-11-01 ends October (default: now)", parse);
}

/** @throws InvalidArgumentError for a time that ends before it begins */
export function chosenTime({ since, until }: TimeOptions): ReportTime {
  if (until === undefined || until > since) return { since, until };
  throw new InvalidArgumentError("--until is to be later than --since");
}

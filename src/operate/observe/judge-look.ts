import type { Look } from "../../bundle/looks.ts";
import type { HubHealth } from "../status.ts";
import type { HubUse } from "./count-use.ts";

/** What one look at a hub found. */
export interface Found extends HubHealth {
  /** Components that were started a moment ago and do not do their work yet. */
  readonly starting: readonly string[];
  /** A command is at work on it. */
  readonly isChanging: boolean;
  /** What it runs is what its bundle says, or its draft. */
  readonly runsWhatItShould: boolean;
  /** Since it runs what it runs; undefined: it does not count. */
  readonly use: Pick<HubUse, "failing"> | undefined;
}

/** One user may have spoilt their own home. */
const failingUsersAreAFailure = 2;

/**
 * What a look came to. Passed is only what was seen doing well; what nobody can tell is unknown, and speaks neither for a
 * bundle nor against it. The first line that applies counts.
 *
 * | found | verdict |
 * | ----- | ------- |
 * | on another cluster, not brought up, taken down | unknown |
 * | a command is at work on it, or it runs something else than it should | unknown |
 * | all of it runs, and it does not answer within its time | unknown |
 * | processes of it ended | failed |
 * | a component that was just started does not work yet | unknown |
 * | servers with one image did not start for two users, and none with it did after them | failed |
 * | all of it runs, and it answers | passed |
 */
export function judgeLook(found: Found): Pick<Look, "verdict" | "reason"> {
  const { health, reason, isSilent, starting, isChanging, runsWhatItShould, use } = found;
  switch (health) {
    case "unknown":
    case "absent":
    case "removed":
      return { verdict: "unknown", reason };
    case "healthy":
    case "degraded":
    case "stopped":
  }
  if (isChanging) return { verdict: "unknown", reason: "a command is changing it" };
  if (!runsWhatItShould)
    return { verdict: "unknown", reason: "it does not run what it should; `hubfleet plan` says what differs" };
  if (health !== "healthy") return { verdict: isSilent === true ? "unknown" : "failed", reason };
  if (starting.length > 0) {
    return { verdict: "unknown", reason: `started a moment ago and not at work yet: ${starting.join(", ")}` };
  }
  const failing = use?.failing.find(({ users }) => users >= failingUsersAreAFailure);
  if (failing === undefined) return { verdict: "passed", reason: "" };
  const servers = failing.image === "" ? "servers" : `servers with ${failing.image}`;
  return {
    verdict: "failed",
    reason: `${servers} did not start for ${failing.users} users, and none has started since`,
  };
}

import type { Deployed } from "../../bundle/deployed.ts";
import { failedNotice, promotedNotice } from "../../bundle/event-notices.ts";
import type { Notice } from "../../bundle/notice.ts";
import { nextHubs } from "../../bundle/waves.ts";
import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { progressOf } from "./stage-progress-of.ts";

export interface SettledProps {
  readonly fleet: Fleet;
  readonly bundle: string;
  readonly stage: string;
  /** As it is from this commit on. */
  readonly deployed: Deployed;
  readonly failed: readonly {
    readonly hub: string;
    readonly errors: readonly HubfleetError[];
    readonly back: string | undefined;
  }[];
  /** Who promoted; undefined: nobody in particular. */
  readonly by: string | undefined;
  readonly at: number;
}

/** What people are told of hubs that did not do well with a bundle, and of a stage all of whose hubs had their turn. */
export function settledNotices({ fleet, bundle, stage, deployed, failed, by, at }: SettledProps): readonly Notice[] {
  const progress = progressOf(deployed, at, { fleet, stage });
  const next = nextHubs(progress).kind;
  const failures = failed.map(({ hub, errors, back }) => {
    const reason = errors[0]?.message ?? "no reason was given";
    return failedNotice({ bundle, stage, hub, reason, back, isStopped: next === "stopped", at });
  });
  if (next !== "complete") return failures;
  const done = progress.hubs.filter(({ state }) => state === "done").length;
  return [...failures, promotedNotice({ bundle, stage, by, done, hubs: progress.hubs.length, at })];
}

import pMap from "p-map";

import { fromUnknown } from "../../errors/from-unknown.ts";
import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import { waitUntil } from "../../operate/notice.ts";
import type { PlannedRemote } from "../../operate/kubernetes/plan-remotes.ts";
import { describeEnding } from "../../operate/kubernetes/remote-endings.ts";
import { announceRemote, withdrawRemote } from "../../operate/kubernetes/remote-notice.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { type EndingPolicy, whyHeld } from "../apply-with-notice.ts";

/** What the terms given mean for a hub of which something is to be changed. */
export type Agreement =
  | { readonly kind: "go" }
  /** Agreed to, and people are to know before. */
  | { readonly kind: "announce" }
  | { readonly kind: "held"; readonly why: string }
  | { readonly kind: "failed"; readonly errors: readonly HubfleetError[] };

/** By the table of `applyWithNotice`. Never throws for a hub. */
export async function agreeOnEndings(
  plans: readonly PlannedRemote[],
  policy: EndingPolicy | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Agreement>> {
  const decided = await pMap(
    plans,
    async (plan): Promise<readonly [string, Agreement]> => {
      const { name } = plan.remote.hub;
      if (policy === undefined || plan.changes.length === 0) return [name, { kind: "go" }];
      try {
        const what = await describeEnding(plan, signal);
        if (what === undefined) return [name, { kind: "go" }];
        const isAgreed = policy.consent === "all" || policy.consent.has(name);
        if (!isAgreed) return [name, { kind: "held", why: whyHeld(what) }];
        const isSilent = policy.message === "" && policy.waitMilliseconds === 0;
        return [name, { kind: isSilent ? "go" : "announce" }];
      } catch (thrown) {
        signal.throwIfAborted();
        return [name, { kind: "failed", errors: fromUnknown(thrown) }];
      }
    },
    { concurrency: 6 },
  );
  return new Map(decided);
}

export interface AnnouncedProps {
  readonly policy: EndingPolicy;
  readonly world: Pick<LocalWorld, "clock">;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Says on the hub's pages what is coming, waits, does it, takes the words back. False: interrupted before, nothing was done. */
export async function announced(
  { remote, adoption }: PlannedRemote,
  { policy, world, report, signal }: AnnouncedProps,
  work: () => Promise<void>,
): Promise<boolean> {
  const { message, waitMilliseconds } = policy;
  const target = `hub/${remote.hub.name}`;
  const until = new Date(world.clock.now().getTime() + waitMilliseconds);
  try {
    if (adoption === undefined) await announceRemote(remote, "apply", { message, until, report });
    else report({ target, text: "its pages can announce nothing before it is taken over", state: "note" });
    const text = "wait until servers end";
    if (waitMilliseconds > 0) report({ target, text, state: "started", expectedMilliseconds: waitMilliseconds });
    const isOver = await waitUntil(until, { world, signal });
    if (waitMilliseconds > 0) {
      report(isOver ? { target, text, state: "done" } : { target, text: `${text}: interrupted`, state: "failed" });
    }
    if (isOver) await work();
    return isOver;
  } finally {
    await withdrawRemote(remote, "apply");
  }
}

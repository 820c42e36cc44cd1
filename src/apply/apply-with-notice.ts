import { announce, waitUntil, withdraw } from "../operate/notice.ts";
import { observeDesired } from "../operate/plan-hubs.ts";
import type { DesiredWithCopies } from "../operate/desired-hubs.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { Change } from "../plan/plan.ts";
import { describeCount, strandedProcesses } from "../plan/stranded.ts";
import type { LocalWorld, Report } from "../ports/local-world.ts";
import { applyHubs } from "./apply-hubs.ts";
import type { Outcome } from "./outcome.ts";
import type { Steps } from "./steps.ts";

/** On what terms a command may end users' servers. */
export interface EndingPolicy {
  /** Hubs whose servers somebody agreed to end. */
  readonly consent: "all" | ReadonlySet<string>;
  /** Shown on the hub's pages until then; "" with a wait stands for a sentence that asks to save one's work. */
  readonly message: string;
  readonly waitMilliseconds: number;
}

export interface ApplyWithNoticeProps {
  readonly fleet: Fleet;
  readonly hubs: readonly DesiredWithCopies[];
  /** What is to be done to these hubs. */
  readonly changes: readonly Change[];
  /** Undefined: whoever calls has agreed to everything, at once. */
  readonly ending: EndingPolicy | undefined;
  readonly world: LocalWorld;
  readonly steps: Steps;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Walks the hubs of a plan, and ends users' servers on the terms given.
 *
 * | servers that end | agreed to | wait | what happens |
 * | ---------------- | --------- | ---- | ------------ |
 * | none run         | –         | –    | applied at once |
 * | run              | no        | –    | the hub is held back, the others go on |
 * | run              | yes       | no   | applied at once, announced when there is a message |
 * | run              | yes       | yes  | announced on the hub's pages; the other hubs meanwhile; then applied |
 *
 * Who lost access is put out without a notice: that is no inconvenience to be announced.
 */
export async function applyWithNotice(props: ApplyWithNoticeProps): Promise<readonly Outcome[]> {
  const { fleet, hubs, ending: policy, world, report } = props;
  await withdrawAll(hubs, props);
  const ending = policy === undefined ? new Map<string, string>() : await findEnding(props);
  if (policy === undefined || ending.size === 0) return walk(hubs, props);

  const isAgreed = (name: string): boolean => policy.consent === "all" || policy.consent.has(name);
  const held = [...ending].flatMap(([name, what]): Outcome[] =>
    isAgreed(name) ? [] : [{ target: `hub/${name}`, kind: "held", why: whyHeld(what) }],
  );
  const agreed = hubs.filter(({ desired }) => ending.has(desired.name) && isAgreed(desired.name));
  const others = hubs.filter(({ desired }) => !ending.has(desired.name));
  if (agreed.length === 0) return [...held, ...(await walk(others, props))];

  const { message, waitMilliseconds } = policy;
  const until = new Date(world.clock.now().getTime() + waitMilliseconds);
  try {
    for (const { desired } of agreed) {
      if (message === "" && waitMilliseconds === 0) continue;
      await announce({ fleetUuid: fleet.uuid, hub: desired.name, by: "apply", world }, { message, until, report });
    }
    const [first, second] = await Promise.all([walk(others, props), endInTime(agreed, until, props)]);
    return [...held, ...first, ...second];
  } finally {
    await withdrawAll(agreed, props);
  }
}

/** Hubs on which servers or Dask clusters that run now would end, with how many. */
async function findEnding({ fleet, hubs, changes, world }: ApplyWithNoticeProps): Promise<Map<string, string>> {
  const named = new Set(changes.filter(({ part }) => part === "servers").map(({ target }) => target));
  const candidates = hubs.filter(({ desired }) => named.has(`hub/${desired.name}`));
  const observed = await observeDesired({ fleet, hubs: candidates, world });
  return new Map(
    candidates.flatMap(({ desired }, index) => {
      const found = observed[index];
      const stranded = found === undefined ? [] : strandedProcesses(desired, found);
      return stranded.length === 0 ? [] : [[desired.name, describeCount(stranded)] as const];
    }),
  );
}

/** Why a hub is left as it is, and what to type. */
export function whyHeld(what: string): string {
  return `it would end ${what}; --yes allows it, and --wait 10m announces it on the hub's pages first`;
}

export const whyInterrupted = "interrupted before its servers were to end; nothing of it was changed";

async function endInTime(
  hubs: readonly DesiredWithCopies[],
  until: Date,
  props: ApplyWithNoticeProps,
): Promise<readonly Outcome[]> {
  const { world, signal, report } = props;
  const waitMilliseconds = until.getTime() - world.clock.now().getTime();
  const text = "wait until servers end";
  const tell = (state: "queued" | "started" | "done" | "failed"): void => {
    if (waitMilliseconds <= 0) return;
    for (const { desired } of hubs) {
      const expected = state === "started" ? { expectedMilliseconds: waitMilliseconds } : {};
      const words = { queued: "", started: text, done: text, failed: `${text}: interrupted` }[state];
      report({ target: `hub/${desired.name}`, text: words, state, ...expected });
    }
  };
  tell("queued");
  tell("started");
  const isOver = await waitUntil(until, { world, signal });
  tell(isOver ? "done" : "failed");
  if (isOver) return walk(hubs, props);
  const why = whyInterrupted;
  return hubs.map(({ desired }) => {
    report({ target: `hub/${desired.name}`, text: "", state: "settled" });
    return { target: `hub/${desired.name}`, kind: "held", why };
  });
}

function walk(hubs: readonly DesiredWithCopies[], props: ApplyWithNoticeProps): Promise<readonly Outcome[]> {
  const { fleet, changes, world, steps, report } = props;
  const changed = new Set(changes.map(({ target }) => target));
  return applyHubs({ fleetUuid: fleet.uuid, hubs, changed, world, steps, report });
}

/** This command's, or what a killed one before it left: there is one holder of the lease at a time. */
async function withdrawAll(hubs: readonly DesiredWithCopies[], { fleet, world }: ApplyWithNoticeProps): Promise<void> {
  for (const { desired } of hubs) {
    await withdraw({ fleetUuid: fleet.uuid, hub: desired.name, by: "apply", world });
  }
}

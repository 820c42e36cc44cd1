import { canonicalJson } from "../evidence/canonical-json.ts";
import type { EvidenceRecord } from "../evidence/record.ts";
import type { Parts, Standing } from "./gate-evidence.ts";

type At = EvidenceRecord["at"];
type ObservationRecord = Extract<EvidenceRecord, { readonly kind: "observation" }>;

/** One hub, looked at once. */
export interface Look {
  readonly hub: string;
  readonly stage: string;
  readonly at: At;
  readonly bundle: { readonly id: string; readonly digest: string } | undefined;
  readonly parts: Parts;
  readonly standing: Standing;
  /** What put on the hub what it runs. */
  readonly deployment: string;
  readonly verdict: "passed" | "failed" | "unknown";
  /** In words; empty where there is nothing to say. */
  readonly reason: string;
  /** How many failed observations of the hub the state had when it was made, whoever recorded them; see `failuresIn`. */
  readonly failuresBefore: number;
  /** Use between `since` and the look; see `useSince`. */
  readonly exposure?: LookExposure | undefined;
}

export interface LookExposure {
  /** ISO 8601, to the millisecond. */
  readonly since: string;
  readonly spawns: number;
  readonly users: number;
  readonly daskClusters: number;
}

/** What the looks at one hub came to, since it last came to something else. */
export interface PendingSpan {
  readonly last: Look;
  /** The date of the first look of them. */
  readonly since: string;
  /** The last look that a draft was made of. */
  readonly recorded: At;
  /** The looks after it. */
  readonly waiting?: WaitingLooks | undefined;
}

interface WaitingLooks {
  readonly first: At;
  /** Between two of them, rounded up. */
  readonly longestGapSeconds: number;
  readonly exposure?: LookExposure | undefined;
}

/** Looks that this machine keeps until there is something to record. */
export interface PendingLooks {
  readonly version: 1;
  readonly hubs: Readonly<Record<string, PendingSpan>>;
}

/** A record but for the fleet and who writes it. */
export type ObservationDraft = Pick<ObservationRecord, "kind" | "at" | "subject" | "body">;

/** What is to be recorded, as long as it may be: `toObservations` decides that. */
export interface LooksDraft {
  readonly observation: ObservationDraft;
  readonly failuresBefore: number;
}

export interface LooksTaken {
  readonly pending: PendingLooks;
  /** To be recorded in this order. */
  readonly drafts: readonly LooksDraft[];
}

export interface LookPolicy {
  /** A hub that stays as it is is recorded about this often. */
  readonly heartbeatSeconds: number;
  /** Of the hub's stage: looks that are further apart are kept in records of their own. */
  readonly observeEverySeconds: number;
}

export const noLooks: PendingLooks = { version: 1, hubs: {} };

/**
 * Adds a look to those that wait. Pure; looks at one hub come in the order in which they were made.
 *
 * | the look, beside the one before | drafts |
 * | ------------------------------- | ------ |
 * | says something else: verdict, parts, deployment, standing, stage | what waits, and the look |
 * | is by another clock, set back, further away than `observeEverySeconds`, or somebody recorded a failure between | what waits |
 * | comes `heartbeatSeconds` after the last of a draft | what waits, the look included |
 * | otherwise | none |
 *
 * So a failure is recorded at the first look that finds it, and one record of many looks is worth what a record of each
 * would be to the gate. Recording a draft twice changes nothing there either.
 */
export function addLook(pending: PendingLooks, look: Look, policy: LookPolicy): LooksTaken {
  const before = pending.hubs[look.hub];
  if (before === undefined || saysOf(before.last) !== saysOf(look)) {
    const span = { last: look, since: look.at.time, recorded: look.at };
    return { pending: withSpan(pending, look.hub, span), drafts: [...draftsOf(before), toDraft(look, begin(look))] };
  }
  const gap = gapBetween(before.last, look, policy);
  const isApart = gap === undefined;
  const ended = isApart ? draftsOf(before) : [];
  const span: PendingSpan = {
    ...before,
    last: look,
    recorded: ended.length === 0 ? before.recorded : before.last.at,
    waiting: isApart || before.waiting === undefined ? begin(look) : extend(before.waiting, before.last, { look, gap }),
  };
  const added = withSpan(pending, look.hub, span);
  if (ageSeconds(span.recorded, look.at) < policy.heartbeatSeconds) return { pending: added, drafts: ended };
  const flushed = flushLooks(added, new Set([look.hub]));
  return { ...flushed, drafts: [...ended, ...flushed.drafts] };
}

/** Takes what waits, of the hubs named or of all. What the last look came to stays known. */
export function flushLooks(pending: PendingLooks, hubs?: ReadonlySet<string>): LooksTaken {
  const taken = Object.entries(pending.hubs).filter(
    ([name, { waiting }]) => waiting !== undefined && hubs?.has(name) !== false,
  );
  const flushed = taken.map(([name, { last, since }]) => [name, { last, since, recorded: last.at }] as const);
  return {
    pending: { ...pending, hubs: { ...pending.hubs, ...Object.fromEntries(flushed) } },
    drafts: taken.flatMap(([, span]) => draftsOf(span)),
  };
}

/**
 * The observations that may be recorded on a state which has so many failures of each hub: to be asked of the very state
 * that they are written to. Passes that waited while somebody recorded a failure are left out: their place among the
 * records would say that they are later than it, and dates of two clocks say nothing.
 */
export function toObservations(
  drafts: readonly LooksDraft[],
  failuresOf: (hub: string) => number,
): readonly ObservationDraft[] {
  return drafts
    .filter(
      ({ observation: { body, subject }, failuresBefore }) =>
        body.verdict !== "passed" || failuresBefore === failuresOf(subject.hub ?? ""),
    )
    .map(({ observation }) => observation);
}

/** How many failed observations of each hub there are. */
export function failuresIn(records: Iterable<{ readonly record: EvidenceRecord }>): (hub: string) => number {
  const counts = new Map<string, number>();
  for (const { record } of records) {
    if (record.kind !== "observation" || record.body.verdict !== "failed") continue;
    const { hub = "" } = record.subject;
    counts.set(hub, (counts.get(hub) ?? 0) + 1);
  }
  return (hub) => counts.get(hub) ?? 0;
}

/**
 * From when on a look's use is to be counted: from the first passing look of those that it goes on with. The counts
 * then include those of the looks before it, so that users are told apart over the whole time. `undefined`: count none.
 */
export function useSince(pending: PendingLooks, look: Omit<Look, "exposure">): string | undefined {
  const before = pending.hubs[look.hub];
  const goesOn = before !== undefined && saysOf(before.last) === saysOf(look);
  return goesOn && look.verdict === "passed" ? before.since : undefined;
}

/** Looks of which this is the same are as good as one that lasts. */
function saysOf({ stage, bundle, parts, standing, deployment, verdict }: Omit<Look, "exposure">): string {
  return canonicalJson([stage, bundle?.digest ?? "", parts, standing, deployment, verdict]);
}

/** In whole seconds; undefined where one record cannot tell of both. */
function gapBetween(before: Look, look: Look, { observeEverySeconds }: LookPolicy): number | undefined {
  const gap = gapSeconds(before.at, look.at);
  // Use is counted between dates, also where time is counted in seconds.
  const isSetBack = Date.parse(look.at.time) < Date.parse(before.at.time);
  const isApart = gap === undefined || gap < 0 || gap > observeEverySeconds;
  return isApart || isSetBack || look.failuresBefore !== before.failuresBefore ? undefined : gap;
}

function begin(look: Look): WaitingLooks {
  return { first: look.at, longestGapSeconds: 0, exposure: exposureOf(look) };
}

function extend(
  waiting: WaitingLooks,
  before: Look,
  { look, gap }: { readonly look: Look; readonly gap: number },
): WaitingLooks {
  return {
    first: waiting.first,
    longestGapSeconds: Math.max(waiting.longestGapSeconds, gap),
    exposure: addExposure(waiting.exposure, exposureOf(look), before.at.time),
  };
}

/** A clock that was set back leaves windows that end before they begin: the gate counts none of them. */
function exposureOf({ exposure, at }: Look): LookExposure | undefined {
  return exposure !== undefined && Date.parse(exposure.since) < Date.parse(at.time) ? exposure : undefined;
}

/** Windows that follow each other are added up; of two that overlap the larger counts, as for the gate. */
function addExposure(
  before: LookExposure | undefined,
  after: LookExposure | undefined,
  endOfBefore: string,
): LookExposure | undefined {
  if (before === undefined || after === undefined) return after ?? before;
  const isLater = Date.parse(after.since) >= Date.parse(endOfBefore);
  const join = (one: number, other: number): number => (isLater ? one + other : Math.max(one, other));
  return {
    since: Date.parse(before.since) <= Date.parse(after.since) ? before.since : after.since,
    spawns: join(before.spawns, after.spawns),
    users: Math.max(before.users, after.users),
    daskClusters: join(before.daskClusters, after.daskClusters),
  };
}

/** Whole seconds, never fewer than they were; undefined between two clocks. */
function gapSeconds(before: At, after: At): number | undefined {
  const [one, other] = [positionOf(before), positionOf(after)];
  if (one.clock !== other.clock) return undefined;
  // First to milliseconds, in which the gate counts: a difference of fractions is off by a little.
  return Math.ceil(Math.ceil(other.milliseconds - one.milliseconds) / 1000);
}

/** For how long nothing was recorded, as well as clocks can tell. */
function ageSeconds(recorded: At, now: At): number {
  const dates = (Date.parse(now.time) - Date.parse(recorded.time)) / 1000;
  return Math.abs(gapSeconds(recorded, now) ?? dates);
}

function positionOf({ time, clock }: At): { readonly clock: string; readonly milliseconds: number } {
  return clock.kind === "machine"
    ? { clock: canonicalJson([clock.machine, clock.boot]), milliseconds: clock.seconds * 1000 }
    : { clock: "", milliseconds: Date.parse(time) }; // services keep time, whichever it is
}

function draftsOf(span: PendingSpan | undefined): readonly LooksDraft[] {
  return span?.waiting === undefined ? [] : [toDraft(span.last, span.waiting)];
}

function toDraft(last: Look, { first, longestGapSeconds, exposure }: WaitingLooks): LooksDraft {
  const { at, hub, stage, bundle, parts, verdict, standing, deployment, failuresBefore } = last;
  const isOne = canonicalJson(first) === canonicalJson(at);
  return {
    failuresBefore,
    observation: {
      kind: "observation",
      at,
      subject: { ...(bundle === undefined ? {} : { bundle: bundle.digest }), stage, hub, parts: { ...parts } },
      body: {
        verdict,
        standing,
        deployment,
        ...(isOne ? {} : { first, longestGapSeconds }),
        ...(exposure === undefined ? {} : { exposure }),
      },
    },
  };
}

function withSpan(pending: PendingLooks, hub: string, span: PendingSpan): PendingLooks {
  return { ...pending, hubs: { ...pending.hubs, [hub]: span } };
}

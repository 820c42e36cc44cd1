import type { Bundle } from "../../bundle/bundle.ts";
import { type Deployed, holdsIn, pointerOf, pointTo, withHub, withStage } from "../../bundle/deployed.ts";
import { type GoodBundle, goodBundles, leftBundles } from "../../bundle/good-bundles.ts";
import { holdsOf, holdWords, isStanding } from "../../bundle/hold.ts";
import { beginTrial } from "../../bundle/hub-trial.ts";
import { noticesFor } from "../../bundle/notices.ts";
import { rolledBackNotice } from "../../bundle/event-notices.ts";
import { findBundle, readBundles } from "../../bundle/read-bundles.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { PlacedRecord } from "../../evidence/read-records.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Hub } from "../../fleet/fleet.ts";
import { openBundles } from "../../operate/bundles/open-bundles.ts";
import type { StateNow } from "../../operate/bundles/commit-change.ts";
import { holdTarget, placeHold } from "../../operate/bundles/holds.ts";
import { recordOrigin } from "../../operate/bundles/record-origin.ts";
import { readDraft } from "../../operate/draft-store.ts";
import { draftOfHub } from "../../operate/renames.ts";
import type { StateStanding } from "../../ports/state-ref.ts";
import type { EndingPolicy } from "../apply-with-notice.ts";
import { withLease } from "../lease.ts";
import type { Steps } from "../steps.ts";
import { changeHubs, type HubResult } from "./change-hubs.ts";
import { keptDrafts } from "./kept-drafts.ts";
import type { PromoteWorld } from "./promote-world.ts";

export interface RollbackProps extends PromoteWorld {
  /** "hub/NAME" or "stage/NAME" */
  readonly target: string;
  /** An id; undefined: the bundle before. */
  readonly to: string | undefined;
  readonly reason: string;
  /** How long nothing moves it forward again. */
  readonly until: Date;
  readonly ending: EndingPolicy | undefined;
}

/** What became of going back. */
export interface Rollback {
  readonly target: string;
  /** Undefined: the bundle that the hub had beside its draft, which is dropped. */
  readonly from: string | undefined;
  readonly to: Bundle;
  /** Until when it stays there; undefined: nothing holds it. */
  readonly heldUntil: Date | undefined;
  readonly results: readonly HubResult[];
  /** Hubs of the stage that never ran that bundle well, and stay as they are. */
  readonly left: readonly string[];
  readonly standing: StateStanding;
}

/**
 * Sends a hub or all hubs of a stage back to a bundle that was good there, at once and without a gate, and holds it there.
 * A hub with a draft of `up` beside its bundle goes back to that bundle, and is not held.
 * @throws HubfleetError UNKNOWN_TARGET, NOTHING_TO_GO_BACK_TO, BUNDLE_NOT_GOOD_HERE, LEASE_HELD
 */
export async function rollback(props: RollbackProps): Promise<Rollback> {
  const { fleet, world, report } = props;
  const target = holdTarget(props.target, fleet);
  return withLease({ fleetUuid: fleet.uuid, command: "rollback", world, report }, async (steps) => {
    const hub = target.startsWith("hub/") ? fleet.hubs.get(target.slice("hub/".length)) : undefined;
    const dropped = hub === undefined || props.to !== undefined ? undefined : await dropDraft(hub, props, steps);
    if (dropped !== undefined) return dropped;
    const hubs = hub === undefined ? hubsOfStage(target.slice("stage/".length), props) : [hub];
    await props.requireCommitted(hubs);
    return goBackTo(hubs, { ...props, isStage: hub === undefined, steps });
  });
}

type Going = RollbackProps & { readonly isStage: boolean; readonly steps: Steps };

async function goBackTo(hubs: readonly Hub[], props: Going): Promise<Rollback> {
  const { fleet, world, commit, reading, isStage, reason, until, signal } = props;
  const target = holdTarget(props.target, fleet);
  const origin = await recordOrigin(fleet, world, props.identity);
  const drafts = await keptDrafts(hubs, props);
  let chosen: Chosen | undefined;
  const committed = await commit((now) => {
    chosen = choose(hubs, now, props);
    const { to, from, going, heldUntil } = chosen;
    if (heldUntil !== undefined) return "nothing"; // a command before this one began it
    const pointer = pointTo(to, world.clock.now());
    const name = target.slice("stage/".length);
    const staged = isStage ? withStage(now.deployed, name, pointer) : now.deployed;
    const sent = going.reduce((all, hub) => {
      const { stage } = hub;
      const draftSince = drafts.get(hub.name);
      return beginTrial(all, { stage, hub, to: pointer, direction: "back", draftSince });
    }, staged);
    const held = placeHold(sent, { target, reason, until, bundle: to, from: from?.id ?? "nothing" }, { origin });
    const subject = { bundle: to.digest, ...(isStage ? { stage: name } : { hub: going[0]?.name ?? "" }) };
    const before = from === undefined ? {} : { from: { id: from.id, digest: from.digest } };
    const record: RecordDraft = isStage
      ? { kind: "promotion", ...origin, subject, body: { ...before, how: "rollback", restsOn: [], reason } }
      : { kind: "rollback", ...origin, subject, body: { ...before, reason, by: "person" } };
    const at = world.clock.now().getTime();
    const notice = rolledBackNotice({
      ...{ target, from: from?.id, to: to.id, by: origin.who.id, reason, at },
      until: until.getTime(),
    });
    const documents = noticesFor(now.files, [notice], { recipients: fleet.recipients ?? [], now: at });
    return { deployed: held.deployed, records: [record, ...held.records], documents, isByHand: true };
  }, `${props.target} back`);
  if (chosen === undefined) throw new TypeError("a commit is always decided"); // `commit` asks at least once
  const { to, from, going, kept, left, heldUntil = until } = chosen;
  const opened = openBundles({ reading, files: committed.files })(to.id);
  const results: HubResult[] = kept.map(({ name, why }) => ({ hub: name, kind: "held", why }));
  for (let start = 0; start < going.length && !signal.aborted; start += hubsAtOnce) {
    const stage = going[start]?.stage ?? "";
    const some = going.slice(start, start + hubsAtOnce);
    results.push(...(await changeHubs({ ...props, stage, opened, hubs: some, direction: "back" })));
  }
  const { standing } = committed;
  return { target, from: from?.id, to, heldUntil, results, left: left.map(({ name }) => name), standing };
}

const hubsAtOnce = 4;

interface Chosen {
  readonly to: Bundle;
  readonly from: { readonly id: string; readonly digest: string } | undefined;
  readonly going: readonly Hub[];
  /** Hubs of the stage that have a hold of their own. */
  readonly kept: readonly { readonly name: string; readonly why: string }[];
  readonly left: readonly Hub[];
  /** It is intent already, and held until then. */
  readonly heldUntil?: Date;
}

/** The bundle to go back to, and the hubs that did well with it. */
function choose(hubs: readonly Hub[], now: StateNow, props: Going): Chosen {
  const { target, isStage, world } = props;
  const { files, deployed, evidence } = now;
  const before = sentBefore(hubs, now, props);
  if (before !== undefined) return before;
  const from = isStage ? deployed.stages[target.slice("stage/".length)] : hubs[0] && pointerOf(deployed, hubs[0]);
  const records = [...evidence.records.values()];
  const good = new Map(hubs.map((hub) => [hub.name, goodBundles(records, hub.name)]));
  const isGood = (hub: Hub, digest: string): boolean =>
    good.get(hub.name)?.some((one) => one.digest === digest) ?? false;
  const wanted =
    props.to === undefined ? bundleBefore(hubs, from, { files, records, good }) : findBundle(files, props.to);
  if (wanted === undefined) {
    throw new HubfleetError("NOTHING_TO_GO_BACK_TO", {
      message: `no ${from === undefined ? "bundle" : `bundle but ${from.id}`} did well on ${target}, as far as is on record`,
      hint: "`hubfleet bundle list` shows all bundles; `hubfleet promote` takes one there through the gate",
    });
  }
  const own = holdsIn(deployed).filter(({ target: of }) => isStage && of.startsWith("hub/"));
  const kept = hubs.flatMap((hub) => {
    const [hold] = holdsOf(hub, own, world.clock.now().getTime());
    return hold === undefined ? [] : [{ name: hub.name, why: holdWords(hold) }];
  });
  const free = hubs.filter(({ name }) => !kept.some((one) => one.name === name));
  const going = free.filter((hub) => isGood(hub, wanted.digest));
  if (going.length > 0) return { to: wanted, from, going, kept, left: free.filter((hub) => !going.includes(hub)) };
  throw new HubfleetError("BUNDLE_NOT_GOOD_HERE", {
    message: `bundle ${wanted.id} was never found well on ${target}`,
    hint: `hubfleet promote ${wanted.id} --to ${hubs[0]?.stage ?? "STAGE"}`,
  });
}

/** The latest bundle that did well on any of the hubs, but those that it has or came from. */
function bundleBefore(
  hubs: readonly Hub[],
  from: { readonly digest: string } | undefined,
  {
    files,
    records,
    good,
  }: {
    readonly files: ReadonlyMap<string, string>;
    readonly records: readonly PlacedRecord[];
    readonly good: ReadonlyMap<string, readonly GoodBundle[]>;
  },
): Bundle | undefined {
  const known = new Map(readBundles(files).bundles.map((bundle) => [bundle.digest, bundle]));
  const latest = hubs.flatMap((hub) => {
    const left = leftBundles(records, hub);
    return (good.get(hub.name) ?? []).filter(({ digest }) => !left.has(digest));
  });
  const [before] = latest
    .filter(({ digest }) => digest !== from?.digest && known.has(digest))
    .toSorted((one, other) => other.sequence - one.sequence);
  return known.get(before?.digest ?? "");
}

/**
 * A rollback that was typed before, whether it came to its end or not: it holds the target where it was sent. Hubs that are
 * not known to do well there are tried once more. Undefined: there is none.
 */
function sentBefore(hubs: readonly Hub[], { files, deployed }: StateNow, props: Going): Chosen | undefined {
  const { target, to: asked, isStage, world } = props;
  const hold = holdsIn(deployed).find((one) => one.target === target && isStanding(one, world.clock.now().getTime()));
  if (hold?.bundle === undefined || hold.from === undefined) return undefined;
  const to = findBundle(files, hold.bundle);
  if (asked !== undefined && findBundle(files, asked).digest !== to.digest) return undefined;
  const sent = hubs.filter((hub) => pointerOf(deployed, hub)?.digest === to.digest);
  if (sent.length === 0) return undefined;
  const isDone = ({ name, stage }: Hub): boolean => isStage && deployed.stages[stage]?.hubs?.[name] === "done";
  const from = readBundles(files).bundles.find(({ id }) => id === hold.from);
  return { to, from, going: sent.filter((hub) => !isDone(hub)), kept: [], left: [], heldUntil: new Date(hold.until) };
}

/** A draft beside a bundle: the bundle is newer from now on. Undefined: there is none. */
async function dropDraft(hub: Hub, props: RollbackProps, steps: Steps): Promise<Rollback | undefined> {
  const { fleet, world, commit, reading } = props;
  const entry = draftOfHub(hub, await readDraft(fleet.uuid, world));
  if (entry === undefined || entry.bundle !== undefined) return undefined;
  const now = world.clock.now().toISOString();
  const since = now < entry.since ? entry.since : now; // whatever the clock says
  let pointed: Deployed["hubs"][string] | undefined;
  const committed = await commit(({ deployed }) => {
    const pointer = pointerOf(deployed, hub);
    pointed = pointer === undefined ? undefined : { ...pointer, since };
    return pointed === undefined ? "nothing" : { deployed: withHub(deployed, hub.name, pointed) };
  }, `hub/${hub.name} back to its bundle`);
  if (pointed === undefined) return undefined;
  const { bundle: to } = openBundles({ reading, files: committed.files })(pointed.id);
  const { ending } = props;
  const [outcome] = await props.applyHubs([hub], { files: committed.files, ending, steps });
  const result: HubResult =
    outcome?.kind === "failed"
      ? { hub: hub.name, kind: "failed", errors: outcome.errors, backTo: undefined }
      : outcome?.kind === "held"
        ? { hub: hub.name, kind: "held", why: outcome.why }
        : { hub: hub.name, kind: "done", milliseconds: outcome?.kind === "changed" ? outcome.milliseconds : 0 };
  const { standing } = committed;
  const none = { from: undefined, heldUntil: undefined, left: [] };
  return { target: `hub/${hub.name}`, ...none, to, results: [result], standing };
}

function hubsOfStage(stage: string, { fleet }: RollbackProps): readonly Hub[] {
  return [...fleet.hubs.values()].filter((hub) => hub.stage === stage);
}

import type { Bundle } from "../../bundle/bundle.ts";
import { type Deployed, pointerOf, pointTo, withHub, withStage } from "../../bundle/deployed.ts";
import { goodBundles } from "../../bundle/good-bundles.ts";
import { noticesFor } from "../../bundle/notices.ts";
import { rolledBackNotice } from "../../bundle/event-notices.ts";
import { findBundle, readBundles } from "../../bundle/read-bundles.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Hub } from "../../fleet/fleet.ts";
import { openBundles } from "../../operate/bundles/assign-bundles.ts";
import type { StateNow } from "../../operate/bundles/commit-change.ts";
import { holdTarget, placeHold } from "../../operate/bundles/holds.ts";
import { recordOrigin } from "../../operate/bundles/record-origin.ts";
import { readDraft } from "../../operate/draft-store.ts";
import { isLocal } from "../../runtime/local/draft.ts";
import type { StateStanding } from "../../ports/state-ref.ts";
import { applyDraftHeld } from "../apply-draft.ts";
import type { EndingPolicy } from "../apply-with-notice.ts";
import { withLease } from "../lease.ts";
import type { Steps } from "../steps.ts";
import { changeHubs, type HubResult } from "./change-hubs.ts";
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
    return goBackTo(hubs, { ...props, isStage: hub === undefined, steps });
  });
}

type Going = RollbackProps & { readonly isStage: boolean; readonly steps: Steps };

async function goBackTo(hubs: readonly Hub[], props: Going): Promise<Rollback> {
  const { fleet, world, commit, reading, isStage, reason, until } = props;
  const target = holdTarget(props.target, fleet);
  const origin = await recordOrigin(fleet, world);
  let chosen: Chosen | undefined;
  const committed = await commit((now) => {
    chosen = choose(hubs, now, props);
    const { to, from, going } = chosen;
    const pointer = pointTo(to, world.clock.now());
    const name = target.slice("stage/".length);
    const staged = isStage ? withStage(now.deployed, name, pointer) : now.deployed;
    const held = placeHold(staged, { target, reason, until }, { origin });
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
    return { deployed: held.deployed, records: [record, ...held.records], documents };
  }, `${props.target} back`);
  if (chosen === undefined) throw new TypeError("a commit is always decided"); // `commit` asks at least once
  const { to, from, going, left } = chosen;
  const opened = openBundles({ reading, files: committed.files })(to.id);
  const results: HubResult[] = [];
  for (let start = 0; start < going.length && !props.signal.aborted; start += hubsAtOnce) {
    const stage = going[start]?.stage ?? "";
    const some = going.slice(start, start + hubsAtOnce);
    results.push(...(await changeHubs({ ...props, stage, opened, hubs: some, direction: "back" })));
  }
  return {
    target,
    from: from?.id,
    to,
    heldUntil: until,
    results,
    left: left.map(({ name }) => name),
    standing: committed.standing,
  };
}

const hubsAtOnce = 4;

interface Chosen {
  readonly to: Bundle;
  readonly from: { readonly id: string; readonly digest: string } | undefined;
  readonly going: readonly Hub[];
  readonly left: readonly Hub[];
}

/** The bundle to go back to, and the hubs that did well with it. */
function choose(hubs: readonly Hub[], { files, deployed, evidence }: StateNow, props: Going): Chosen {
  const { target, to, isStage } = props;
  const from = isStage ? deployed.stages[target.slice("stage/".length)] : hubs[0] && pointerOf(deployed, hubs[0]);
  const records = [...evidence.records.values()];
  const good = new Map(hubs.map((hub) => [hub.name, goodBundles(records, hub.name)]));
  const isGood = (hub: Hub, digest: string): boolean =>
    good.get(hub.name)?.some((one) => one.digest === digest) ?? false;
  const known = new Map(readBundles(files).bundles.map((bundle) => [bundle.digest, bundle]));
  const latest = [...good.values()].flat().toSorted((one, other) => other.sequence - one.sequence);
  const before = latest.find(({ digest }) => digest !== from?.digest && known.has(digest));
  const wanted = to === undefined ? known.get(before?.digest ?? "") : findBundle(files, to);
  if (wanted === undefined) {
    throw new HubfleetError("NOTHING_TO_GO_BACK_TO", {
      message: `no ${from === undefined ? "bundle" : `bundle but ${from.id}`} did well on ${target}, as far as is on record`,
      hint: "`hubfleet bundle list` shows all bundles; `hubfleet promote` takes one there through the gate",
    });
  }
  const going = hubs.filter((hub) => isGood(hub, wanted.digest));
  if (going.length > 0) return { to: wanted, from, going, left: hubs.filter((hub) => !going.includes(hub)) };
  throw new HubfleetError("BUNDLE_NOT_GOOD_HERE", {
    message: `bundle ${wanted.id} was never found well on ${target}`,
    hint: `hubfleet promote ${wanted.id} --to ${hubs[0]?.stage ?? "STAGE"}`,
  });
}

/** A draft beside a bundle: the bundle is newer from now on. Undefined: there is none. */
async function dropDraft(hub: Hub, props: RollbackProps, steps: Steps): Promise<Rollback | undefined> {
  const { fleet, world, commit, reading } = props;
  const entry = (await readDraft(fleet.uuid, world)).hubs[hub.name];
  if (entry === undefined || entry.bundle !== undefined) return undefined;
  let pointed: Deployed["hubs"][string] | undefined;
  const committed = await commit(({ deployed }) => {
    const pointer = pointerOf(deployed, hub);
    pointed = pointer === undefined ? undefined : { ...pointer, since: world.clock.now().toISOString() };
    return pointed === undefined ? "nothing" : { deployed: withHub(deployed, hub.name, pointed) };
  }, `hub/${hub.name} back to its bundle`);
  if (pointed === undefined) return undefined;
  const { bundle: to } = openBundles({ reading, files: committed.files })(pointed.id);
  const [outcome] = await applyDraftHeld(
    { ...props, hubs: [hub], assign: props.assignFrom(committed.files), isStrict: true },
    steps,
  );
  const result: HubResult =
    outcome?.kind === "failed"
      ? { hub: hub.name, kind: "failed", errors: outcome.errors, backTo: undefined }
      : outcome?.kind === "held"
        ? { hub: hub.name, kind: "held", why: outcome.why }
        : { hub: hub.name, kind: "done", milliseconds: outcome?.kind === "changed" ? outcome.milliseconds : 0 };
  const { standing } = committed;
  return {
    target: `hub/${hub.name}`,
    from: undefined,
    to,
    heldUntil: undefined,
    results: [result],
    left: [],
    standing,
  };
}

function hubsOfStage(stage: string, { fleet }: RollbackProps): readonly Hub[] {
  return [...fleet.hubs.values()].filter((hub) => hub.stage === stage && isLocal(fleet.clusters.get(hub.cluster)));
}

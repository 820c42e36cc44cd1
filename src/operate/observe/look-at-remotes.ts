import pMap from "p-map";

import { type Deployed, type HubPointer, pointerOf } from "../../bundle/deployed.ts";
import { failuresIn, type Look, type PendingLooks } from "../../bundle/looks.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ReadRecords } from "../../evidence/read-records.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { HubUseLines } from "../../ports/hub-api.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { OpenedBundle } from "../bundles/assign-bundles.ts";
import { isBeingChanged } from "../kubernetes/is-being-changed.ts";
import type { RemotePlan } from "../kubernetes/plan-remotes.ts";
import type { Reach } from "../kubernetes/reach.ts";
import type { RemoteHub } from "../kubernetes/remote-hubs.ts";
import { type RemoteSight, seeRemotes } from "../kubernetes/remote-status.ts";
import { countUse } from "./count-use.ts";
import type { Found } from "./judge-look.ts";
import { remoteRunsAsDesired } from "./remote-runs-as-desired.ts";
import { bundleSubject } from "./subject-of-look.ts";
import { takeLook } from "./take-look.ts";

export interface LookAtRemotesProps {
  readonly fleet: Fleet;
  readonly reading: FleetReading;
  readonly deployed: Deployed;
  readonly evidence: ReadRecords;
  readonly open: (bundle: string) => OpenedBundle;
  readonly pending: PendingLooks;
  readonly at: Look["at"];
  readonly reach: Reach;
  readonly world: Pick<LocalWorld, "hubApi" | "clock">;
  readonly signal: AbortSignal;
}

type GivenPlan = RemotePlan & { readonly pointer: HubPointer };

/** Ways into clusters that are open at once. */
const concurrency = 8;

/**
 * Looks once at hubs on Kubernetes that were given a bundle: their pods, what they answer, and how they were used. Changes
 * nothing, and answers a look for each of them; what its cluster does not tell in time is unknown.
 */
export async function lookAtRemotes(plans: readonly RemotePlan[], props: LookAtRemotesProps): Promise<readonly Look[]> {
  const { fleet, deployed, evidence, world, signal } = props;
  const given = plans.flatMap((plan): GivenPlan[] => {
    const pointer = pointerOf(deployed, plan.remote.hub);
    return pointer === undefined ? [] : [{ ...plan, pointer }];
  });
  const remotes = given.map(({ remote }) => remote);
  const sights = await seeRemotes({ fleetUuid: fleet.uuid, remotes, clock: world.clock, signal });
  const seen = new Map(sights.map((sight) => [sight.status.hub, sight]));
  const failuresOf = failuresIn(evidence.records.values());
  return pMap(
    given,
    async (plan) => {
      const { hub } = plan.remote;
      const sight = seen.get(hub.name);
      if (sight === undefined) throw new TypeError(`hub ${hub.name} was not looked at`);
      return lookAtOne(plan, { ...props, sight, failuresBefore: failuresOf(hub.name) });
    },
    { concurrency, signal },
  );
}

type LookAtOneProps = LookAtRemotesProps & { readonly sight: RemoteSight; readonly failuresBefore: number };

async function lookAtOne({ pointer, ...plan }: GivenPlan, props: LookAtOneProps): Promise<Look> {
  const { pending, at, open, sight, failuresBefore } = props;
  const { remote } = plan;
  const opened = open(pointer.id);
  const subject = bundleSubject(remote.hub, opened, { ...props, pointer, renderer: opened.bundle.document.renderer });
  const deployedAt = new Date(pointer.since);
  const since = pending.hubs[remote.hub.name]?.since ?? pointer.since;
  const earliest = since < pointer.since ? new Date(since) : deployedAt;
  const { found, lines } = await findOut(plan, sight, earliest, props);
  const texts = { servers: [lines?.servers ?? []].flat(), dask: [lines?.dask ?? []].flat() };
  return takeLook({ ...subject, failuresBefore, deployedAt }, found, {
    ...{ pending, at },
    useSince: async (from) => countUse(texts, { since: from, until: new Date(at.time) }),
  });
}

interface FoundOut {
  readonly found: Omit<Found, "use">;
  readonly lines: HubUseLines | undefined;
}

async function findOut(
  plan: RemotePlan,
  { status, starting }: RemoteSight,
  since: Date,
  { reach, world, signal }: LookAtRemotesProps,
): Promise<FoundOut> {
  const plain = { health: status.health, reason: status.reason, starting, isChanging: false, runsWhatItShould: false };
  if (plan.kind !== "planned") {
    const reason = plan.kind === "failed" ? plan.errors.map(({ message }) => message).join("; ") : status.reason;
    return { found: { ...plain, health: "unknown", reason }, lines: undefined };
  }
  try {
    const { remote } = plan;
    const isChanging = await isBeingChanged(remote, world.clock, signal);
    const runsWhatItShould = await remoteRunsAsDesired(plan);
    const isStarting = starting.length > 0 && status.health !== "healthy";
    // A pod that was made a moment ago takes the place of another: that is no fault of what runs in it.
    const health = isStarting ? ("healthy" as const) : status.health;
    const found = { ...plain, health, isChanging, runsWhatItShould };
    if (status.health !== "healthy") return { found, lines: undefined };
    const answer = await ask(remote, since, { reach, world, signal });
    if (answer.kind === "answered") return { found, lines: answer.lines };
    return { found: { ...found, health: "degraded", reason: answer.reason, isSilent: true }, lines: undefined };
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof HubfleetError)) throw thrown;
    return { found: { ...plain, health: "unknown", reason: thrown.message }, lines: undefined };
  }
}

type Answer =
  | { readonly kind: "answered"; readonly lines: HubUseLines | undefined }
  | { readonly kind: "silent"; readonly reason: string };

/** Whether the hub itself answers; and how it was used, which one of an earlier hubfleet cannot tell. */
async function ask(
  remote: RemoteHub,
  since: Date,
  { reach, world, signal }: Pick<LookAtRemotesProps, "reach" | "world" | "signal">,
): Promise<Answer> {
  try {
    const way = await reach(remote, signal);
    try {
      await world.hubApi.state(way.address);
      const lines = await world.hubApi.use(way.address, since).catch(orNothing);
      return { kind: "answered", lines };
    } finally {
      await way.close();
    }
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof HubfleetError)) throw thrown;
    return { kind: "silent", reason: `the hub runs but does not answer: ${thrown.message}` };
  }
}

function orNothing(thrown: unknown): undefined {
  if (thrown instanceof HubfleetError) return undefined;
  throw thrown;
}

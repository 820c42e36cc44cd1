import pMap from "p-map";

import { fromUnknown } from "../../errors/from-unknown.ts";
import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import {
  planRemotes,
  type PlannedRemote,
  type PlanRemotesProps,
  type RemotePlan,
} from "../../operate/kubernetes/plan-remotes.ts";
import type { Reach } from "../../operate/kubernetes/reach.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Charts } from "../../ports/helm.ts";
import type { Report } from "../../ports/local-world.ts";
import { ownLabels } from "../../runtime/kubernetes/kubernetes-labels.ts";
import { type EndingPolicy, whyInterrupted } from "../apply-with-notice.ts";
import type { Outcome } from "../outcome.ts";
import type { Steps } from "../steps.ts";
import { type Agreement, agreeOnEndings, announced } from "./agree-on-endings.ts";
import { applyRemoteHub } from "./apply-remote-hub.ts";
import { type AppliedCrds, applyCrds } from "./apply-crds.ts";
import { type CloneHead, staleClone } from "./clone-is-current.ts";
import { openClusterJournal } from "./cluster-journal.ts";
import { withHubLease } from "./hub-lease.ts";
import { putNamespace } from "./put-namespace.ts";

export interface ApplyRemotesProps extends PlanRemotesProps {
  readonly charts: () => Promise<Charts>;
  readonly reach: Reach;
  /** What this clone has, where it counts; undefined: whoever calls has looked. */
  readonly head: CloneHead;
  readonly command: string;
  /** Do what this plan says, as far as everything still is as it was when the plan was made. */
  readonly saved?: Plan | undefined;
  readonly ending?: EndingPolicy | undefined;
  /** A hub that cannot have the bundle that it was given fails, instead of going on with what it has. @default false */
  readonly isStrict?: boolean;
  readonly steps: Steps;
  readonly report: Report;
}

/** Hubs wait for their pods most of the time. */
const hubsAtOnce = 6;

/**
 * Brings hubs on Kubernetes to what they were given and to what the live keys say now. One that fails, or whose cluster does
 * not answer, stops none of the others. Hubs that were given nothing are left out.
 */
export async function applyRemotes(props: ApplyRemotesProps): Promise<readonly Outcome[]> {
  const plans = await planRemotes(props);
  const moving = plans.filter((plan) => plan.kind === "planned").filter(({ changes }) => changes.length > 0);
  for (const { remote } of moving) props.report({ target: `hub/${remote.hub.name}`, text: "", state: "queued" });
  const going = plans.flatMap((plan) => (plan.kind === "planned" && mayGoOn(plan, props) ? [plan] : []));
  const crds = await applyCrds({ ...props, fleetUuid: props.fleet.uuid, hubs: going });
  const agreements = await agreeOnEndings(moving, props.ending, props.signal);
  const agreed = (plan: RemotePlan): Agreement => agreements.get(plan.remote.hub.name) ?? { kind: "go" };
  const walk = (some: readonly RemotePlan[], concurrency: number): Promise<readonly (readonly Outcome[])[]> =>
    pMap(some, (plan) => applyOne(plan, agreed(plan), { ...props, crds }), { concurrency });
  // Hubs whose users are told before wait beside the others, and not in their way.
  const isWaiting = (plan: RemotePlan): boolean => agreed(plan).kind === "announce";
  const [others, waiting] = await Promise.all([
    walk(
      plans.filter((plan) => !isWaiting(plan)),
      hubsAtOnce,
    ),
    walk(plans.filter(isWaiting), Infinity),
  ]);
  const outcomes = [...others, ...waiting].flat();
  const order = plans.map(({ remote }) => `hub/${remote.hub.name}`);
  const sorted = outcomes.toSorted((one, other) => order.indexOf(one.target) - order.indexOf(other.target));
  return [...crds.outcomes, ...sorted];
}

/** A clone that may not change a hub brings nothing to its cluster either. */
function mayGoOn(
  { remote, observed, problems }: PlannedRemote,
  { head, isStrict = false }: ApplyRemotesProps,
): boolean {
  const isStale = staleClone(remote.hub.name, observed.applied?.commit, head) !== undefined;
  return !isStale && !(isStrict && problems !== undefined);
}

type ApplyOneProps = ApplyRemotesProps & { readonly crds: AppliedCrds };

async function applyOne(plan: RemotePlan, agreement: Agreement, props: ApplyOneProps): Promise<readonly Outcome[]> {
  const target = `hub/${plan.remote.hub.name}`;
  const failed = (errors: readonly HubfleetError[]): readonly Outcome[] => {
    props.report({ target, text: errors[0]?.message.split("\n")[0] ?? "failed", state: "settled" });
    return [{ target, kind: "failed", errors }];
  };
  if (plan.kind === "failed") return failed(plan.errors);
  if (plan.kind === "not-given") return [];
  if (plan.problems !== undefined) {
    if (props.isStrict === true) return failed(plan.problems);
    props.report({ target, text: `stays with what it runs: ${plan.problems[0]?.message ?? ""}`, state: "note" });
  }
  const stale = staleClone(plan.remote.hub.name, plan.observed.applied?.commit, props.head);
  if (stale !== undefined) return failed([stale]);
  const { saved } = props;
  if (saved !== undefined && saved.fingerprints[plan.remote.hub.name] !== plan.fingerprint) {
    return [{ target, kind: "held", why: "it is not as it was when the plan was made; plan again" }];
  }
  if (plan.changes.length === 0) return [{ target, kind: "unchanged" }];
  if (agreement.kind === "failed") return failed(agreement.errors);
  const held = (why: string): readonly Outcome[] => {
    props.report({ target, text: "", state: "settled" });
    return [{ target, kind: "held", why }];
  };
  if (agreement.kind === "held") return held(agreement.why);
  const refused = props.crds.refused.get(plan.remote.hub.name);
  if (refused !== undefined) return failed(refused);
  const begun = props.world.clock.now().getTime();
  const { ending: policy } = props;
  try {
    if (agreement.kind === "announce" && policy !== undefined) {
      if (!(await announced(plan, { ...props, policy }, () => applyHeld(plan, props)))) return held(whyInterrupted);
    } else await applyHeld(plan, props);
    props.report({ target, text: "", state: "settled" });
    return [{ target, kind: "changed", milliseconds: props.world.clock.now().getTime() - begun }];
  } catch (thrown) {
    return failed(fromUnknown(thrown));
  }
}

async function applyHeld(plan: PlannedRemote, props: ApplyOneProps): Promise<void> {
  const { fleet, world, report, command, steps, head } = props;
  const { remote, desired } = plan;
  const connection = await remote.connect();
  const { namespace, lease, journal } = remote.names;
  const labels = ownLabels(desired.hub, fleet);
  const run = world.random.hex(4);
  const target = `hub/${remote.hub.name}`;
  // The lease lives in it.
  const place = desired.rendered.objects.find(({ kind }) => kind === "Namespace");
  if (place !== undefined) await putNamespace(connection, place, props.signal);
  const holder = `hubfleet ${command} (process ${world.machine.pid})`;
  const about = { connection, namespace, labels, run };
  await withHubLease(
    { ...about, name: lease, holder, target, clock: world.clock, report, signal: props.signal },
    async (signal) => {
      const inCluster = await openClusterJournal({
        ...{ ...about, name: journal, command, pid: world.machine.pid },
        ...{ clock: world.clock, steps, signal },
      });
      for (const { step, command: before, at } of inCluster.interrupted) {
        const text = `"hubfleet ${before}" of ${at} ended during "${step}"; going on from what is there`;
        report({ target, text, state: "note" });
      }
      // What was seen before the lease was ours may not be so any more.
      const [now = plan] = await planRemotes({ ...props, hubs: [remote.hub], signal });
      const planned = now.kind === "planned" ? now : plan;
      await applyRemoteHub({
        ...props,
        fleetUuid: fleet.uuid,
        planned,
        connection,
        commit: head.commit,
        crds: props.crds.recordOf(remote.hub.name),
        steps: inCluster,
        signal,
      });
    },
  );
}

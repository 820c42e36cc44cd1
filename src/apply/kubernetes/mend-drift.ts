import { fromUnknown } from "../../errors/from-unknown.ts";
import { awaitReady } from "../../operate/kubernetes/await-ready.ts";
import { findDrift, keeperOf, type ObjectDrift } from "../../operate/kubernetes/find-drift.ts";
import type { PlannedRemote, RemotePlan } from "../../operate/kubernetes/plan-remotes.ts";
import type { Charts } from "../../ports/helm.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { ownLabels } from "../../runtime/kubernetes/kubernetes-labels.ts";
import type { Outcome } from "../outcome.ts";
import type { Steps } from "../steps.ts";
import { withHubLease } from "./hub-lease.ts";
import { findWorkloads } from "./workloads.ts";

export interface MendDriftProps {
  readonly fleetUuid: string;
  readonly charts: () => Promise<Charts>;
  readonly world: Pick<LocalWorld, "clock" | "machine" | "random">;
  readonly steps: Steps;
  readonly report: Report;
  readonly signal: AbortSignal;
}

const readyMilliseconds = 10 * 60_000;

/**
 * Puts back what somebody changed or deleted of hubs, under the names by which Helm and hubfleet keep it, so that neither finds
 * the other's fields afterwards. What others added beside stays: nobody but them knows what it is for.
 */
export async function mendDrift(plans: readonly RemotePlan[], props: MendDriftProps): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const plan of plans) {
    const target = `hub/${plan.remote.hub.name}`;
    if (plan.kind === "not-given") continue;
    outcomes.push(
      plan.kind === "failed" ? { target, kind: "failed", errors: plan.errors } : await mendOne(plan, props),
    );
  }
  return outcomes;
}

async function mendOne(plan: PlannedRemote, props: MendDriftProps): Promise<Outcome> {
  const { world, signal } = props;
  const { remote, desired } = plan;
  const target = `hub/${remote.hub.name}`;
  if (plan.changes.length > 0) {
    return { target, kind: "held", why: "it has changes that wait; `hubfleet apply` first, then look again" };
  }
  const begun = world.clock.now().getTime();
  try {
    const connection = await remote.connect();
    const { namespace, lease: name } = remote.names;
    const isMended = await withHubLease(
      {
        ...{ connection, namespace, name, target, labels: ownLabels(desired.hub, { uuid: props.fleetUuid }) },
        ...{ run: world.random.hex(4), holder: `hubfleet apply (process ${world.machine.pid})` },
        ...{ clock: world.clock, report: props.report, signal },
      },
      (held) => putBack(plan, { ...props, signal: held }),
    );
    if (!isMended) return { target, kind: "unchanged" };
    return { target, kind: "changed", milliseconds: world.clock.now().getTime() - begun };
  } catch (thrown) {
    signal.throwIfAborted();
    return { target, kind: "failed", errors: fromUnknown(thrown) };
  }
}

async function putBack(plan: PlannedRemote, props: MendDriftProps): Promise<boolean> {
  const { world, steps, report, signal } = props;
  const { remote, desired } = plan;
  const target = `hub/${remote.hub.name}`;
  const connection = await remote.connect();
  const { objects, remarks } = await findDrift(plan, { ...props, connection });
  for (const text of [...remarks, ...left(objects)]) report({ target, text, state: "note" });
  const going = objects.filter(isOurs);
  if (going.length === 0) return false;
  for (const { object, release, given } of going) {
    await steps.run(target, `put ${object} back`, async () => {
      if (given !== undefined) await connection.apply(given, { takesOver: true, manager: keeperOf(release) }, signal);
    });
  }
  const { namespace } = remote.names;
  const releases = new Set(desired.rendered.releases.map(({ release }) => release));
  await steps.run(target, "wait until its pods are ready", async () =>
    awaitReady({
      ...{ connection, namespace, target, report, signal, clock: world.clock, timeoutMilliseconds: readyMilliseconds },
      workloads: await findWorkloads(connection, { namespace, releases, signal }),
    }),
  );
  return true;
}

function isOurs({ given, isGone, fields }: ObjectDrift): boolean {
  return given !== undefined && (isGone || fields.some(({ kind }) => kind !== "added"));
}

function left(objects: readonly ObjectDrift[]): readonly string[] {
  return objects.flatMap(({ object, fields, given }) => {
    const added = fields.filter(({ kind }) => kind === "added").map(({ field }) => field);
    if (given === undefined)
      return [`${object} differs: \`hubfleet apply\` upgrades the release when something of it changes`];
    return added.length === 0 ? [] : [`${object}: ${added.join(", ")} stays, which somebody added`];
  });
}

import { fromUnknown } from "../../errors/from-unknown.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { awaitReady } from "../../operate/kubernetes/await-ready.ts";
import { lookAtCrds } from "../../operate/kubernetes/cluster-crds.ts";
import { type AddOnSight, lookAtAddOns, lookIfAllowed, mayNotLook } from "../../operate/kubernetes/look-at-add-ons.ts";
import { hasAddOns, type OpenCluster } from "../../operate/kubernetes/open-cluster.ts";
import { addOnLabels } from "../../plan/plan-add-ons.ts";
import type { Charts } from "../../ports/helm.ts";
import type { RenderedAddOn } from "../../runtime/kubernetes/cluster/add-ons.ts";
import type { Outcome } from "../outcome.ts";
import type { Steps } from "../steps.ts";
import { holdCluster, type HoldClusterProps } from "./hold-cluster.ts";
import { putCrds } from "./put-crds.ts";
import { unlockRelease } from "./unlock-release.ts";
import { findWorkloads } from "./workloads.ts";

export interface ApplyAddOnsProps extends Omit<HoldClusterProps, "cluster" | "connection"> {
  readonly fleet: Pick<Fleet, "uuid" | "origins">;
  readonly clusters: readonly OpenCluster[];
  /** Of a saved plan, by "cluster/NAME". */
  readonly fingerprints?: Readonly<Record<string, string>> | undefined;
  readonly charts: () => Promise<Charts>;
  readonly steps: Steps;
}

const readyMilliseconds = 5 * 60_000;

/** Brings clusters to the add-ons that their files name; those of others are left out. One that fails stops none of the others. */
export async function applyAddOns(props: ApplyAddOnsProps): Promise<readonly Outcome[]> {
  const outcomes = await Promise.all(props.clusters.filter(hasAddOns).map((cluster) => applyOne(cluster, props)));
  return outcomes.flatMap((outcome) => outcome ?? []);
}

async function applyOne(open: OpenCluster, props: ApplyAddOnsProps): Promise<Outcome | undefined> {
  const { fleet, fingerprints, world, report, signal } = props;
  const target = `cluster/${open.cluster.name}`;
  const begun = world.clock.now().getTime();
  try {
    const sight = await lookIfAllowed(open, fleet, signal);
    if (sight === undefined) {
      report({ target, text: mayNotLook(open.cluster.name).replace(`${target}: `, ""), state: "note" });
      return undefined;
    }
    for (const text of sight.remarks) report({ target, text: text.replace(`${target}: `, ""), state: "note" });
    if (fingerprints !== undefined && fingerprints[target] !== sight.fingerprint) {
      return { target, kind: "held", why: "it is not as it was when the plan was made; plan again" };
    }
    if (sight.going.length === 0) return { target, kind: "unchanged" };
    await holdCluster({ ...props, cluster: open.cluster.name, connection: sight.connection }, async (held) =>
      // What was seen before the lease was ours may not be so any more.
      putAddOns(open, await lookAtAddOns(open, fleet, held), { ...props, signal: held }),
    );
    return { target, kind: "changed", milliseconds: world.clock.now().getTime() - begun };
  } catch (thrown) {
    signal.throwIfAborted();
    return { target, kind: "failed", errors: fromUnknown(thrown) };
  }
}

async function putAddOns(open: OpenCluster, sight: AddOnSight, props: ApplyAddOnsProps): Promise<void> {
  const { charts: openCharts, fleet, world, steps, signal } = props;
  const { connection, going } = sight;
  const cluster = open.cluster.name;
  const target = `cluster/${cluster}`;
  const charts = await openCharts();
  const kept = await Promise.all(
    going.map(async (addOn) => ({ addOn, chart: await charts.fetch(referenceOf(addOn), signal) })),
  );
  const about = { cluster, fleetUuid: fleet.uuid, connection, charts: openCharts, fetches: true, hubs: [], signal };
  const { objects, refused } = await lookAtCrds({ ...about, addOns: going });
  for (const error of refused.values()) throw error;
  if (objects.length > 0) {
    await steps.run(target, "put definitions of kinds in place", () =>
      putCrds(objects, { connection, clock: world.clock, signal }),
    );
  }
  for (const { addOn, chart } of kept) {
    const { release: name, namespace, values } = addOn;
    await steps.run(target, `put add-on ${addOn.addOn} in place`, async () => {
      const labels = { "app.kubernetes.io/managed-by": "hubfleet" };
      const place = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } };
      await connection.apply(place, { takesOver: false }, signal);
      const releases = sight.releases.filter((release) => release.namespace === namespace);
      await unlockRelease(name, { observed: { releases }, fleetUuid: fleet.uuid, connection, signal });
      const request = { chart, release: { name, namespace }, values, labels: addOnLabels(addOn, fleet.uuid) };
      await open.helm.upgrade(connection, request, signal);
    });
    await steps.run(target, `wait until ${addOn.addOn} is ready`, async () =>
      awaitReady({
        ...{ connection, namespace, target, report: props.report, signal, clock: world.clock },
        workloads: await findWorkloads(connection, { namespace, releases: new Set([name]), signal }),
        timeoutMilliseconds: readyMilliseconds,
      }),
    );
  }
}

function referenceOf({ chart, repository, version, digest }: RenderedAddOn): {
  readonly name: string;
  readonly repository: string;
  readonly version: string;
  readonly digest?: string | undefined;
} {
  return { name: chart, repository, version, digest };
}

import type { SourcePosition } from "../errors/hubfleet-error.ts";
import type { HelmRelease } from "../ports/helm.ts";
import type { RenderedAddOn, RenderedAddOns } from "../runtime/kubernetes/cluster/add-ons.ts";
import type { Change } from "./plan.ts";

export interface PlanAddOnsProps extends RenderedAddOns {
  readonly cluster: string;
  /** Uuid of the fleet. */
  readonly fleet: string;
  /** Every release of the cluster. */
  readonly releases: readonly HelmRelease[];
  /** Hubs of the fleet on the cluster. */
  readonly hubs: readonly string[];
  readonly positionOf: (addOn: string) => SourcePosition | undefined;
}

export interface AddOnPlan {
  readonly changes: readonly Change[];
  /** Those that the changes are about. */
  readonly going: readonly RenderedAddOn[];
  readonly remarks: readonly string[];
}

/** Labels of a release that hubfleet put there for a whole cluster. */
export function addOnLabels(
  { addOn, inputs, version }: RenderedAddOn,
  fleet: string,
): Readonly<Record<string, string>> {
  return {
    "hubfleet.io/fleet": fleet,
    "hubfleet.io/add-on": addOn,
    "hubfleet.io/inputs": inputs,
    "hubfleet.io/chart-version": version.replaceAll("+", "_"),
  };
}

/** What it takes so that a cluster has its add-ons. What others installed is left alone, and named. Pure. */
export function planAddOns(props: PlanAddOnsProps): AddOnPlan {
  const { cluster, fleet, addOns, provided, releases, hubs, positionOf } = props;
  const target = `cluster/${cluster}`;
  const touched = hubs.length === 0 ? [] : [`for ${hubs.map((name) => `hub/${name}`).join(", ")}`];
  const changes: Change[] = [];
  const going: RenderedAddOn[] = [];
  const remarks: string[] = [];
  for (const wanted of addOns) {
    const seen = releases.find(({ name, namespace }) => name === wanted.release && namespace === wanted.namespace);
    const owner = seen?.labels["hubfleet.io/fleet"];
    if (seen !== undefined && owner !== fleet) {
      const whose = owner === undefined ? "somebody installed it" : "it is another fleet's";
      remarks.push(`${target}: release ${seen.name} in ${seen.namespace} is left as it is: ${whose}`);
      continue;
    }
    const because = reasons(wanted, seen);
    if (because.length === 0) continue;
    const position = positionOf(wanted.addOn);
    going.push(wanted);
    changes.push({
      ...{ target, action: seen === undefined ? "create" : "update", part: `add-on ${wanted.addOn}` },
      // Whoever comes in from outside comes through it.
      effect: seen !== undefined && wanted.addOn === "ingress" ? "proxy restarts" : "none",
      because: [...because, ...touched],
      at: position === undefined ? [] : [position],
    });
  }
  const gone = releases.filter(
    ({ name, namespace, labels }) =>
      labels["hubfleet.io/fleet"] === fleet &&
      labels["hubfleet.io/add-on"] !== undefined &&
      !addOns.some((one) => one.release === name && one.namespace === namespace),
  );
  return {
    changes,
    going,
    remarks: [
      ...remarks,
      ...provided.map(
        (name) => `${target}: add-on ${name} goes with whoever provides the cluster; hubfleet does not install it`,
      ),
      ...gone.map(
        ({ name, namespace, labels }) =>
          `${target}: add-on ${labels["hubfleet.io/add-on"]} is in no file any more and runs on; to take it away: helm uninstall ${name} --namespace ${namespace}`,
      ),
    ],
  };
}

function reasons(wanted: RenderedAddOn, seen: HelmRelease | undefined): readonly string[] {
  const { chart, version, inputs } = wanted;
  if (seen === undefined) return [`chart ${chart} ${version}`];
  const was = seen.labels["hubfleet.io/chart-version"]?.replaceAll("_", "+");
  const isSame = seen.labels["hubfleet.io/inputs"] === inputs;
  return [
    ...(seen.status === "deployed" ? [] : [`its last change did not end well: Helm says "${seen.status}"`]),
    ...(isSame ? [] : [was === version ? "its values are others" : `chart ${chart} ${was ?? "?"} → ${version}`]),
  ];
}

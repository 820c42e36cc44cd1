import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { KubernetesObject } from "../ports/kubernetes.ts";
import { widenCrd } from "../runtime/kubernetes/cluster/widen-crd.ts";
import type { Change } from "./plan.ts";

/** What the chart of a release brings. */
export interface CrdNeed {
  /** Whose release it is: "hub/alpha", "add-on ingress". */
  readonly by: string;
  /** "dask-gateway 2026.3.0". */
  readonly chart: string;
  readonly definitions: readonly KubernetesObject[];
}

export interface PlanCrdsProps {
  readonly cluster: string;
  /** Of this fleet, by whom it labels what it makes. */
  readonly fleet: string;
  readonly needs: readonly CrdNeed[];
  /** Definitions that the cluster has, by name. */
  readonly there: ReadonlyMap<string, KubernetesObject>;
  /** Whom a definition touches beside those that need it now, in words. */
  readonly touched: (definition: string) => readonly string[];
}

export interface CrdPlan {
  readonly changes: readonly Change[];
  /** Definitions as they are to be, in the order of their names. */
  readonly objects: readonly KubernetesObject[];
  /** Whose release → why it can't have what its chart brings. */
  readonly refused: ReadonlyMap<string, HubfleetError>;
}

/**
 * What it takes so that a cluster has the definitions that charts bring, each wide enough for all who need it. Nothing is taken
 * away from any. Pure; the same arguments give the same plan.
 */
export function planCrds({ cluster, fleet, needs, there, touched }: PlanCrdsProps): CrdPlan {
  const wanted = needs.flatMap((need) => need.definitions.map((definition) => ({ need, definition })));
  const byName = Map.groupBy(wanted, ({ definition }) => definition.metadata.name);
  const refused = new Map<string, HubfleetError>();
  const steps = [...byName.keys()].toSorted().flatMap((name) => {
    const before = there.get(name);
    let now = before;
    const because: string[] = [];
    for (const { need, definition } of byName.get(name) ?? []) {
      const widening = now === undefined ? undefined : widenCrd(now, definition);
      if (now === undefined || widening === undefined) now = owned(definition, fleet);
      else if (widening.kind === "refused") refused.set(need.by, refusal(need, { name, cluster, why: widening.why }));
      else if (widening.kind === "widen") {
        now = { ...now, spec: widening.spec };
        because.push(...widening.because);
      }
    }
    if (now === undefined || now === before) return [];
    return [{ name, object: now, isNew: before === undefined, because, needs: byName.get(name) ?? [] }];
  });
  const grouped = Map.groupBy(steps, (step) => `${step.isNew} ${charts(step).join(" ")}`);
  const changes = [...grouped.values()].flatMap((some): Change[] => {
    const [first] = some;
    if (first === undefined) return [];
    const hubs = [...new Set(some.flatMap((step) => step.needs.map(({ need }) => need.by)))].toSorted();
    const others = [...new Set(some.flatMap(({ name }) => touched(name)))].filter((one) => !hubs.includes(one));
    return [
      {
        ...{ target: `cluster/${cluster}`, action: first.isNew ? "create" : "update", effect: "none", at: [] },
        part: `definitions of chart ${charts(first).join(", ")}`,
        because: [
          ...(first.isNew ? [namesOf(some.map(({ name }) => name))] : some.map((step) => wordsOf(step))),
          `${hubs.join(", ")} ${hubs.length === 1 ? "needs" : "need"} ${some.length === 1 ? "it" : "them"}`,
          ...(others.length === 0
            ? []
            : [`${others.toSorted().join(", ")} ${others.length === 1 ? "uses" : "use"} them, too`]),
        ],
      },
    ];
  });
  return { changes, objects: steps.map(({ object }) => bare(object)), refused };
}

interface CrdStep {
  readonly name: string;
  readonly because: readonly string[];
  readonly needs: readonly { readonly need: CrdNeed }[];
}

function charts({ needs }: CrdStep): readonly string[] {
  return [...new Set(needs.map(({ need }) => need.chart))].toSorted();
}

function namesOf(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}

function wordsOf({ name, because }: CrdStep): string {
  return `${name}: ${because.join("; ")}`;
}

/** Whoever made a definition first stays named on it. */
function owned(definition: KubernetesObject, fleet: string): KubernetesObject {
  const labels = { "app.kubernetes.io/managed-by": "hubfleet", "hubfleet.io/fleet": fleet };
  return { ...definition, metadata: { ...definition.metadata, labels: { ...definition.metadata.labels, ...labels } } };
}

/** As it is given to the cluster: what only the cluster says of an object is left out. */
function bare({ apiVersion, kind, metadata, spec }: KubernetesObject): KubernetesObject {
  const { name, labels = {}, annotations = {} } = metadata;
  const { [lastApplied]: _copy, ...kept } = annotations;
  return { apiVersion, kind, metadata: { name, labels, annotations: kept }, spec };
}

/** What `kubectl apply` notes would claim the old definition still. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

function refusal(
  { by, chart }: CrdNeed,
  { name, cluster, why }: { readonly name: string; readonly cluster: string; readonly why: readonly string[] },
): HubfleetError {
  return new HubfleetError("CRD_CONFLICT", {
    message: `cluster "${cluster}" has another definition "${name}" than the chart ${chart} of ${by} brings: ${why.join("; ")}`,
    hint: "definitions belong to everybody on the cluster and only become wider; take a version of the chart that goes with this one, or another cluster",
  });
}

import type { Hub } from "../../fleet/fleet.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import { kubernetesNames } from "../../runtime/kubernetes/kubernetes-names.ts";
import { type ClusterNeed, clusterNeeds, deedsOf } from "./cluster-deeds.ts";
import { type DoctorLine, fail, ok } from "./line.ts";

/** What may not be done of a need, and where; "" is everywhere. */
interface Missing {
  readonly need: ClusterNeed;
  readonly verbs: readonly string[];
  readonly namespaces: readonly string[];
}

/**
 * What we may do. Asked for the whole cluster first; what may not be done everywhere is asked again for the namespaces of the
 * cluster's hubs, where a role of each is enough. A line for each kind of thing where a verb is missing; one for all where none is.
 */
export async function lookAtPermissions(
  connection: ClusterConnection,
  hubs: readonly Hub[],
  signal: AbortSignal,
): Promise<readonly DoctorLine[]> {
  const everywhere = await findMissing(connection, { needs: clusterNeeds, namespace: undefined }, signal);
  const count = clusterNeeds.flatMap(({ verbs }) => verbs).length;
  if (everywhere.length === 0) return [ok("permissions", `all ${count} that hubfleet needs, in every namespace`)];

  const namespaces = hubs.map((hub) => kubernetesNames(hub).namespace).sort();
  const ofCluster = everywhere.filter(({ need }) => need.isClusterWide === true || namespaces.length === 0);
  const needs = everywhere.flatMap(({ need }) => (ofCluster.some((one) => one.need === need) ? [] : [need]));
  const inEach = await Promise.all(
    namespaces.map((namespace) => findMissing(connection, { needs, namespace }, signal)),
  );
  const place = ({ need }: Missing): number => clusterNeeds.indexOf(need);
  const missing = [...ofCluster, ...joined(inEach.flat())].sort((left, right) => place(left) - place(right));
  if (missing.length > 0) return missing.map(lineOf);
  return [
    ok("permissions", `all ${count} that hubfleet needs, in the namespaces of its hubs: ${namespaces.join(", ")}`),
  ];
}

async function findMissing(
  connection: ClusterConnection,
  { needs, namespace }: { readonly needs: readonly ClusterNeed[]; readonly namespace: string | undefined },
  signal: AbortSignal,
): Promise<readonly Missing[]> {
  const asked = needs.flatMap((need) => deedsOf(need, namespace));
  const answers = await connection.permissions(asked, signal);
  let place = 0;
  return needs.flatMap((need) => {
    const verbs = need.verbs.filter(() => answers[place++]?.isAllowed !== true);
    return verbs.length === 0 ? [] : [{ need, verbs, namespaces: namespace === undefined ? [] : [namespace] }];
  });
}

/** The same verbs of the same thing in several namespaces are one line. */
function joined(missing: readonly Missing[]): readonly Missing[] {
  const groups = Map.groupBy(missing, ({ need, verbs }) => `${need.group}/${need.resource} ${verbs.join()}`);
  return [...groups.values()].flatMap(([first, ...rest]) =>
    first === undefined
      ? []
      : [{ ...first, namespaces: [...first.namespaces, ...rest.flatMap(({ namespaces }) => namespaces)] }],
  );
}

function lineOf({ need: { resource, group, what }, verbs, namespaces }: Missing): DoctorLine {
  const some = `namespace${namespaces.length === 1 ? "" : "s"} ${namespaces.join(", ")}`;
  const where = namespaces.length === 0 ? "" : ` in ${some}`;
  return fail(
    "permissions",
    `may not ${verbs.join(", ")} ${resource}${where}: needed for ${what}`,
    `ask whoever runs the cluster for the verbs ${verbs.join(", ")} on ${resource}${group === "" ? "" : ` of ${group}`}${where}`,
  );
}

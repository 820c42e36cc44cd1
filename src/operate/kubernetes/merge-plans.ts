import type { Fleet } from "../../fleet/fleet.ts";
import { describeDifference, differences } from "../../plan/difference.ts";
import { serversPart } from "../../plan/plan-remote-hub.ts";
import type { Change, Plan } from "../../plan/plan.ts";
import { releasePart } from "../../runtime/kubernetes/remote-applied.ts";
import { mergeSpeeds } from "../../runtime/local/draft.ts";
import type { ClusterPlan } from "./plan-clusters.ts";
import type { PlannedRemote, RemotePlan } from "./plan-remotes.ts";

/** One plan of hubs on this machine and of those on Kubernetes. */
export function mergePlans(
  own: Plan,
  { hubs: remotes, clusters }: { readonly hubs: readonly RemotePlan[]; readonly clusters: readonly ClusterPlan[] },
  fleet: Fleet,
): Plan {
  const planned = remotes.filter((plan) => plan.kind === "planned");
  const notGiven = remotes.flatMap((plan) => (plan.kind === "not-given" ? [plan] : []));
  const unseen = remotes.flatMap((plan) => (plan.kind === "failed" ? [plan] : []));
  const targets = remotes.map(({ remote }) => `hub/${remote.hub.name}`);
  return {
    ...own,
    hubs: [...own.hubs, ...remotes.map(({ remote }) => remote.hub.name)].toSorted(),
    changes: [
      ...own.changes,
      ...clusters.flatMap(({ changes }) => changes),
      ...planned.flatMap(({ changes }) => changes),
    ],
    fingerprints: {
      ...own.fingerprints,
      ...Object.fromEntries(
        clusters.flatMap(({ cluster, fingerprint }) =>
          fingerprint === undefined ? [] : [[`cluster/${cluster}`, fingerprint] as const],
        ),
      ),
      ...Object.fromEntries(planned.map(({ remote, fingerprint }) => [remote.hub.name, fingerprint])),
    },
    waiting: [
      ...own.waiting,
      ...notGiven.flatMap((plan) => notGivenYet(plan)),
      ...planned.flatMap((plan) => waitingSettings(plan, fleet)),
    ],
    bundled: [...own.bundled, ...targets],
    unseen: [
      ...clusters.flatMap((cluster) => cluster.unseen),
      ...unseen.map(({ remote, errors }) => ({ target: `hub/${remote.hub.name}`, errors })),
    ].map(({ target, errors }) => ({
      target,
      errors: errors.map(({ code, message, hint }) => ({ code, message, ...(hint === undefined ? {} : { hint }) })),
    })),
    remarks: [
      ...own.remarks,
      ...remotes
        .filter(({ remote }) => remote.hub.signOffPage === true)
        .map(
          ({ remote: { hub, cluster } }) =>
            `hub/${hub.name} has no page for signing, for it is on cluster ${cluster.name}: people sign with \`hubfleet signoff BUNDLE --stage STAGE\``,
        ),
      ...clusters.flatMap(({ remarks }) => remarks),
      ...planned.flatMap(({ remote, problems }) =>
        problems === undefined ? [] : [`hub/${remote.hub.name} stays with what it runs: ${problems[0]?.message ?? ""}`],
      ),
    ],
  };
}

/** What its first bundle makes of it: all of it, or what differs from the hub that somebody else installed. */
function notGivenYet({ remote, adoption }: Extract<RemotePlan, { kind: "not-given" }>): Change[] {
  const plain = { target: `hub/${remote.hub.name}`, effect: "none", at: [] } as const;
  const why = `it is on cluster ${remote.cluster.name}, and nobody gave it a bundle yet`;
  if (adoption === undefined) return [{ ...plain, action: "create", part: "hub", because: [why] }];
  const ends = [
    ...(adoption.basePath === remote.hub.basePath
      ? []
      : [`servers that run end: the hub leaves ${adoption.basePath} for ${remote.hub.basePath}`]),
    ...adoption.leaving.map((user) => `the server of ${user} ends: nothing that is written lets them in`),
  ];
  return [
    ...Object.entries(adoption.differences).map(([release, { because, at }]): Change => ({
      ...{ ...plain, action: "update", part: releasePart(release), effect: "proxy restarts", at },
      because: [`somebody else installed it; the hub's first bundle takes it over`, ...because],
    })),
    ...(ends.length === 0
      ? []
      : [{ ...plain, action: "delete" as const, part: serversPart, effect: "servers end" as const, because: ends }]),
  ];
}

/** Gated settings as they are written now that the hub's bundle does not have. */
function waitingSettings({ remote, desired }: PlannedRemote, fleet: Fleet): readonly Change[] {
  const { cluster, hub } = remote;
  // The bundle adds a chart's digest where the files say a version alone.
  const isFilledIn = (path: string): boolean =>
    /^charts\.[^.]+\.digest$/.test(path) && valueAt(hub, path) === undefined;
  const found = differences({ hub: desired.hub, cluster }, { hub: mergeSpeeds(hub, hub), cluster }).filter(
    ({ path }) => !isFilledIn(path),
  );
  if (found.length === 0) return [];
  const at = found.flatMap(({ path }) => fleet.origins.at(`hubs.${hub.name}.${path}`) ?? []);
  return [
    {
      ...{ target: `hub/${hub.name}`, action: "update", part: "gated settings", effect: "none" },
      because: found.map(describeDifference),
      at,
    },
  ];
}

function valueAt({ charts }: PlannedRemote["remote"]["hub"], path: string): string | undefined {
  return charts?.[path.split(".")[1] ?? ""]?.digest;
}

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet, Hub } from "../../fleet/fleet.ts";
import { type Adoption, type FoundRelease, planAdoption } from "../../plan/adoption/plan-adoption.ts";
import { unwrapRecord } from "../../plan/adoption/unwrap-record.ts";
import type { HelmRecord } from "../../ports/helm.ts";
import { serverLabels } from "../../runtime/kubernetes/hub-components.ts";
import type { RenderedHub, RenderedRelease } from "../../runtime/kubernetes/render-hub.ts";
import type { ObservedRemote } from "./observe-remote.ts";
import type { RemoteHub } from "./remote-hubs.ts";

export interface ReadAdoptionProps {
  readonly remote: RemoteHub;
  readonly observed: ObservedRemote;
  /** The hub as it is to be. */
  readonly hub: Hub;
  readonly rendered: Pick<RenderedHub, "releases">;
  readonly fleet: Pick<Fleet, "origins">;
  readonly signal: AbortSignal;
}

/**
 * What it means that hubfleet takes over releases of a hub that somebody else installed; undefined: there are none. Reads the
 * releases' records; nothing of their values leaves here that may be a secret.
 */
export async function readAdoption(props: ReadAdoptionProps): Promise<Adoption | undefined> {
  const { remote, observed, hub, rendered, fleet, signal } = props;
  if (observed.applied !== undefined) return undefined;
  const seen = rendered.releases.flatMap((release) => {
    const one = observed.releases.find(({ name }) => name === release.release);
    return one === undefined ? [] : [{ release, seen: one }];
  });
  if (seen.length === 0) return undefined;
  const connection = await remote.connect();
  const pods = { apiVersion: "v1", kind: "Pod", namespace: remote.names.namespace, labels: serverLabels };
  const [records, servers] = await Promise.all([
    Promise.all(
      seen.map(async ({ release, seen: one }): Promise<FoundRelease[]> => {
        const record = await remote.helm.record(connection, one, signal);
        return record === undefined ? [] : foundIn(record, release, rendered.releases);
      }),
    ),
    connection.listMetadata(pods, signal),
  ]);
  const users = servers.flatMap(({ annotations }) => annotations?.["hub.jupyter.org/username"] ?? []);
  return planAdoption({ hub, found: records.flat(), users, origins: fleet.origins });
}

/**
 * A release beside what hubfleet makes of it; of a chart around the hub's, what hubfleet makes of each of those in it, unless
 * that has a release already.
 */
function foundIn(record: HelmRecord, release: RenderedRelease, all: readonly RenderedRelease[]): FoundRelease[] {
  const own = { release, ...unwrapRecord(record, release.chart) };
  if (own.wrapper === undefined) return [own];
  const { parts } = own.wrapper;
  const others = all.filter((one) => one !== release && parts[one.chart] !== undefined);
  return [own, ...others.map((other) => ({ release: other, ...unwrapRecord(record, other.chart) }))];
}

/** What keeps a running hub from being taken over, as errors with the place that chooses it. */
export function adoptionErrors(
  { problems }: Adoption,
  { hub, fleet: { origins } }: Pick<ReadAdoptionProps, "hub" | "fleet">,
): readonly HubfleetError[] {
  const at = origins.at(`hubs.${hub.name}.releases`) ?? origins.at(`hubs.${hub.name}.cluster`);
  return problems.map(
    (problem) =>
      new HubfleetError("ADOPTION_REFUSED", {
        message: `hub "${hub.name}" cannot be taken over as it is written: ${problem}`,
        hint: "nothing was changed; docs/guides/adopt.md says what can be taken over",
        ...(at === undefined ? {} : { at }),
      }),
  );
}

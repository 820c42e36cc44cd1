import type { Fleet } from "../fleet/fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { planHub } from "../plan/plan-hub.ts";
import { planRename } from "../plan/plan-rename.ts";
import type { Plan } from "../plan/plan.ts";
import type { DesiredHub } from "../runtime/local/desired-hub.ts";
import { sha256, stableJson } from "../runtime/local/digest.ts";
import type { ObservedHub } from "../runtime/local/observed-hub.ts";
import type { DesiredWithCopies } from "./desired-hubs.ts";
import { readLock } from "./draft-store.ts";
import { observeHubs, observeProps } from "./observe-hub.ts";

export type PlanWorld = Pick<LocalWorld, "files" | "processes" | "hubApi" | "machine" | "clock">;

export interface PlanHubsProps {
  readonly fleet: Fleet;
  readonly hubs: readonly DesiredWithCopies[];
  readonly world: PlanWorld;
}

/** Looks at the hubs and says what differs. Changes nothing. */
export async function planHubs(props: PlanHubsProps): Promise<Plan> {
  return planObserved(props, await observeDesired(props));
}

/** How the hubs are found, in their order. One look at the processes of the machine serves them all. */
export async function observeDesired({ fleet, hubs, world }: PlanHubsProps): Promise<readonly ObservedHub[]> {
  return observeHubs(
    fleet.uuid,
    hubs.map(({ desired, oldName }) => ({ ...observeProps(desired), name: oldName ?? desired.name })),
    world,
  );
}

/** The same for hubs that were looked at already. */
export async function planObserved(
  { fleet, hubs, world }: PlanHubsProps,
  observed: readonly ObservedHub[],
): Promise<Plan> {
  const desired = hubs.map((hub) => hub.desired);
  const digests = new Set(
    [...desired, ...observed.flatMap(({ applied }) => applied ?? [])].flatMap(({ images }) =>
      Object.values(images).map(({ lockDigest }) => lockDigest),
    ),
  );
  const texts = new Map(
    await Promise.all([...digests].map(async (digest) => [digest, await readLock(fleet.uuid, digest, world)] as const)),
  );
  const lockText = (digest: string): string | undefined => texts.get(digest);

  return {
    version: 1,
    fleet: fleet.name,
    hubs: desired.map(({ name }) => name),
    changes: hubs.flatMap(({ desired: hub, oldName }, index) => {
      const found = observed[index];
      if (found === undefined) return [];
      if (oldName !== undefined) return [planRename(hub, found, fleet.origins)];
      return planHub({ desired: hub, observed: found, origins: fleet.origins, lockText });
    }),
    fingerprints: Object.fromEntries(
      desired.map((hub, index) => [hub.name, fingerprint(hub, observed[index])] as const),
    ),
    waiting: [],
    bundled: [],
    removals: [],
    remarks: [],
  };
}

/** Whether they answer yet is no reason to hold a saved plan back. */
function processesOf(components: ObservedHub["components"]): unknown {
  return Object.fromEntries(
    Object.entries(components).map(([name, { process, strays }]) => [name, { process, strays }] as const),
  );
}

function fingerprint({ components, currentDigest }: DesiredHub, observed: ObservedHub | undefined): string {
  const wanted = components.map(({ name, specDigest }) => ({ name, specDigest }));
  const seen = observed && {
    components: processesOf(observed.components),
    applied: observed.applied,
    current: observed.state?.current ?? observed.currentOnDisk,
    strangers: observed.strangers,
  };
  return sha256(stableJson({ wanted, currentDigest, seen })).slice(0, 32);
}

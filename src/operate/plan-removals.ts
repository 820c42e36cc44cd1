import type { Fleet } from "../fleet/fleet.ts";
import { planRemoval } from "../plan/plan-rename.ts";
import type { Change } from "../plan/plan.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { sha256, stableJson } from "../runtime/local/digest.ts";
import { isLocal } from "../runtime/local/draft.ts";
import type { ObservedHub } from "../runtime/local/observed-hub.ts";
import { readDraft } from "./draft-store.ts";
import { observeHubs } from "./observe-hub.ts";
import { findRemovable } from "./removals.ts";

export interface Removals {
  readonly changes: readonly Change[];
  /** By hub, what was seen of it. */
  readonly fingerprints: Readonly<Record<string, string>>;
}

/** What it would mean to take down the hubs whose files are gone. Changes nothing. */
export async function planRemovals(
  fleet: Fleet,
  world: Pick<LocalWorld, "files" | "processes" | "hubApi" | "machine" | "clock">,
): Promise<Removals> {
  const draft = await readDraft(fleet.uuid, world);
  const names = await findRemovable(fleet, draft, world);
  if (names.length === 0) return { changes: [], fingerprints: {} };
  const hubs = names.map((name) => ({
    name,
    port: draft.hubs[name]?.hub.port,
    basePath: draft.hubs[name]?.hub.basePath,
  }));
  const observed = await observeHubs(fleet.uuid, hubs, world);
  const strange = [...fleet.hubs.values()].filter(
    ({ name, cluster }) => draft.hubs[name] === undefined && isLocal(fleet.clusters.get(cluster)),
  );
  return {
    changes: observed.map((hub, index) => {
      const port = hub.applied?.hub.port ?? hubs[index]?.port;
      // A hub that was renamed in the files keeps its port; where none has it, it may be any of the new ones.
      const likely = strange.filter((one) => one.port === port);
      const named = (likely.length > 0 ? likely : strange).map(({ name }) => name);
      return planRemoval(hub, named.length > 3 ? [] : named);
    }),
    fingerprints: Object.fromEntries(observed.map((hub) => [hub.name, fingerprint(hub)])),
  };
}

function fingerprint({ name, components, applied }: ObservedHub): string {
  const processes = Object.entries(components).map(([component, { process }]) => [component, process] as const);
  return sha256(stableJson({ name, removed: true, processes, applied })).slice(0, 32);
}

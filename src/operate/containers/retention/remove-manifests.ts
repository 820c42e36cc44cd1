import { fromUnknown } from "../../../errors/from-unknown.ts";
import type { HubfleetError } from "../../../errors/hubfleet-error.ts";
import type { Report } from "../../../ports/local-world.ts";
import type { WritableRegistry } from "../../../ports/registry.ts";
import type { RegistryPlan } from "./plan-registry.ts";

export interface RemovedManifests {
  /** Digests by repository: "registry.example.org/fleet/lab@sha256:…". */
  readonly removed: readonly string[];
  /** Those of which a tag meanwhile names something else. They stay. */
  readonly moved: readonly string[];
  /** What was in the way; what comes after it in the plan is still there. */
  readonly stopped: readonly HubfleetError[];
}

/** Removes what a plan says, by digest. */
export async function removeManifests(
  plan: RegistryPlan,
  {
    registry,
    report,
    signal,
  }: {
    readonly registry: Pick<WritableRegistry, "resolve" | "removeManifest">;
    readonly report: Report;
    readonly signal: AbortSignal;
  },
): Promise<RemovedManifests> {
  const [removed, moved]: [string[], string[]] = [[], []];
  // What a list names stays with it.
  const spared = new Set<string>();
  const everything = plan.repositories.flatMap(({ image, place, remove }) =>
    remove.map((one) => ({ ...one, image, place })),
  );
  for (const { image, place, digest, tags, children } of everything) {
    const name = `${place.registry}/${place.repository}@${digest}`;
    try {
      const now = await Promise.all(tags.map((tag) => registry.resolve(place, tag, signal)));
      if (spared.has(`${place.repository}@${digest}`) || now.some((one) => one !== undefined && one !== digest)) {
        moved.push(name);
        children.forEach((child) => spared.add(`${place.repository}@${child}`));
        continue;
      }
      await registry.removeManifest(place, digest, signal);
    } catch (error) {
      return { removed, moved, stopped: fromUnknown(error) };
    }
    removed.push(name);
    report({ target: `image/${image}`, text: `removed ${tags.join(", ") || digest.slice(0, 19)}`, state: "done" });
  }
  return { removed, moved, stopped: [] };
}

import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { LockedImage } from "../../image/pair/disagreements.ts";
import { isLocal } from "../../runtime/local/draft.ts";
import { disagreementsOf } from "../images/pair-problems.ts";

export interface RefusePairsProps {
  /** With the hubs as they would run the bundle. */
  readonly fleet: Pick<Fleet, "hubs" | "clusters" | "images">;
  readonly lockOf: (image: string) => string | undefined;
  /** Instead of each problem's own. */
  readonly hint?: string;
}

/**
 * What the locks alone say of images that hubs of this machine put together, before minutes of tests: notebook and
 * workers, and the gateway's server in the hub image with both.
 * @throws HubfleetErrors with PAIR_DISAGREES
 */
export function refusePairs({ fleet, lockOf, hint }: RefusePairsProps): void {
  const hubs = [...fleet.hubs.values()].filter(({ cluster }) => isLocal(fleet.clusters.get(cluster)));
  const locked = [...fleet.images.values()].flatMap(({ name, python, lock: path }): [string, LockedImage][] => {
    const lock = lockOf(name);
    return lock === undefined ? [] : [[name, { name, python, lock, path }]];
  });
  const problems = disagreementsOf(hubs, new Map(locked));
  if (problems.length === 0) return;
  throw new HubfleetErrors(
    hint === undefined
      ? problems
      : problems.map(({ code, message, at }) => new HubfleetError(code, { message, hint, ...(at && { at }) })),
  );
}

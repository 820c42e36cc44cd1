import { fromUnknown } from "../../errors/from-unknown.ts";
import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet, Hub } from "../../fleet/fleet.ts";
import { disagreements, type LockedImage } from "../../image/pair/disagreements.ts";
import { imagesOf, type ImageWorld, readLock } from "../resolve-images.ts";

/**
 * Images of one hub whose locks disagree on what must be the same. Only fresh locks count: another one is about to be
 * made anew. Nothing is resolved, and no interpreter is needed. The locks are read here and not with the fleet, so that
 * a fleet with such a problem can still be read, and locked again.
 */
export async function pairProblems(
  { images }: Pick<Fleet, "images">,
  hubs: readonly Hub[],
  { directory, world }: { readonly directory: string; readonly world: Pick<ImageWorld, "files"> },
): Promise<readonly HubfleetError[]> {
  const names = [...new Set(hubs.flatMap(imagesOf))];
  const locked = new Map<string, LockedImage>();
  for (const name of names) {
    const image = images.get(name);
    if (image === undefined || image.from !== undefined) continue;
    // A lock that cannot be read is reported by whoever looks at locks one by one.
    const written = await readLock(image, directory, world).catch(() => undefined);
    if (written?.lock === undefined || written.lockState !== "fresh") continue;
    locked.set(name, { name, python: image.python, lock: written.lock, path: image.lock });
  }
  return disagreementsOf(hubs, locked);
}

/** The same of given locks; what several hubs share is told once. */
export function disagreementsOf(
  hubs: readonly Hub[],
  locked: ReadonlyMap<string, LockedImage>,
): readonly HubfleetError[] {
  const problems = new Map<string, HubfleetError>();
  for (const hub of hubs) {
    for (const problem of problemsOf(hub, locked)) {
      // Hubs often share a pair: its problem is told once.
      const { path = "", line = 0 } = problem.at ?? {};
      const key = `${path}:${line} ${problem.message.replace(`hub "${hub.name}"`, "")}`;
      if (!problems.has(key)) problems.set(key, problem);
    }
  }
  return [...problems.values()];
}

function problemsOf(hub: Hub, locked: ReadonlyMap<string, LockedImage>): readonly HubfleetError[] {
  try {
    return disagreements(hub, (name) => locked.get(name));
  } catch (thrown) {
    return fromUnknown(thrown);
  }
}

import type { Assignment } from "../operate/bundles/assign-bundles.ts";
import { recordDraft, storeLock } from "../operate/draft-store.ts";
import type { LocalWorld } from "../ports/local-world.ts";

/** Holds hubs of this machine to what they were given: files and locks first, so that what names them never comes first. */
export async function takeAssignment(
  fleetUuid: string,
  { entries, locks, copies }: Assignment,
  world: Pick<LocalWorld, "files" | "machine" | "clock">,
): Promise<void> {
  for (const [digest, text] of locks) await storeLock(fleetUuid, digest, text, world);
  for (const [to, from] of copies) if (!(await world.files.exists(to))) await world.files.copy(from, to);
  if (Object.keys(entries).length > 0) await recordDraft(fleetUuid, entries, world);
}

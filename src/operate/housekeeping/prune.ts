import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { planCollection, type Retention, type Stored, type StoredKind } from "../../plan/plan-collection.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { fleetPaths } from "../../runtime/local/paths.ts";
import { findReferences } from "./find-references.ts";
import { retentionOf } from "./retention-of.ts";
import { takeFleetInventory, takeSharedInventory } from "./take-inventory.ts";
import { noteUse, readUse, useNote } from "./use-notes.ts";

export interface PruneOptions {
  /** Say what would be removed, and change nothing. */
  readonly isDryRun: boolean;
  /** Don't wait out the time that unused things are kept for. */
  readonly isNow: boolean;
}

export interface PruneProps {
  readonly retention: Retention;
  /** Say what would be removed, and change nothing. */
  readonly isDryRun: boolean;
  /** Nobody reads the sizes, and measuring takes time: all are 0. */
  readonly isQuiet?: boolean;
  readonly world: LocalWorld;
  readonly signal: AbortSignal;
}

export interface PrunedThing {
  readonly kind: StoredKind;
  readonly path: string;
  readonly bytes: number;
}

export interface Pruned {
  readonly version: 1;
  readonly isDryRun: boolean;
  /** What is gone, or what would be. */
  readonly removed: readonly PrunedThing[];
  /** Used by nothing, and kept until a date. */
  readonly waiting: readonly (PrunedThing & { readonly until: string })[];
  /** Fleets that another command is changing: theirs was left alone. */
  readonly busy: readonly string[];
}

/** What an operator asks for: things stay as long as the fleet says or, outside of one, as long as they usually do. */
export async function pruneMachine(
  fleet: Fleet | undefined,
  { isDryRun, isNow }: PruneOptions,
  props: Pick<PruneProps, "world" | "signal">,
): Promise<Pruned> {
  const retention = isNow ? { environmentsSeconds: 0, logsSeconds: 0 } : retentionOf(fleet);
  return prune({ ...props, retention, isDryRun });
}

/**
 * Removes what nothing on this machine refers to and nothing has used for its time: environments, copies of hubfleet's
 * code, locks, logs of servers, half-made things. For all fleets of the state directory. May be killed and run again.
 */
async function prune(props: PruneProps): Promise<Pruned> {
  const { world } = props;
  const shared = await pruneStored(await takeSharedInventory(world), props);
  const parts = [shared];
  const busy: string[] = [];
  for (const uuid of await world.files.list(`${world.machine.stateRoot}/fleets`)) {
    if (props.signal.aborted) break;
    const { lease } = fleetPaths(world.machine.stateRoot, uuid);
    const turn = props.isDryRun ? undefined : await world.locks.tryAcquire(`fleet/${uuid}`, lease, "prune");
    if (turn?.kind === "taken") {
      busy.push(uuid);
      continue;
    }
    try {
      parts.push(await pruneStored(await takeFleetInventory(uuid, world), props));
    } finally {
      await turn?.release();
    }
  }
  return {
    version: 1,
    isDryRun: props.isDryRun,
    removed: parts.flatMap(({ removed }) => removed),
    waiting: parts.flatMap(({ waiting }) => waiting),
    busy,
  };
}

type Part = Pick<Pruned, "removed" | "waiting">;

/** Removes of an inventory what may go, and notes the use of what may not. */
export async function pruneStored(stored: readonly Stored[], props: PruneProps): Promise<Part> {
  const { world, retention, isDryRun, signal } = props;
  const { files, clock } = world;
  const { remove, waiting, note } = planCollection(stored, retention, clock.now());
  const measure = async (path: string): Promise<number> => (props.isQuiet === true ? 0 : files.size(path));
  const removed: PrunedThing[] = [];
  for (const { kind, path } of remove) {
    if (signal.aborted) throw new HubfleetError("INTERRUPTED", { message: "interrupted while pruning" });
    const bytes = await measure(path);
    if (isDryRun || (await removeOne(kind, path, props))) removed.push({ kind, path, bytes });
  }
  // Afterwards: on a full disk nothing can be noted, and that is when room must be made.
  if (!isDryRun) for (const { path } of note) await noteUse(path, world);
  const kept = waiting.filter(({ stored: { kind } }) => kind !== "leftover");
  const measured = kept.map(async ({ stored: { kind, path }, until }) => {
    return { kind, path, bytes: await measure(path), until: until.toISOString() };
  });
  return { removed, waiting: await Promise.all(measured) };
}

async function removeOne(kind: StoredKind, path: string, { world, retention }: PruneProps): Promise<boolean> {
  const { files, environments } = world;
  switch (kind) {
    case "environment":
    case "half-built environment": {
      const isUnused = async (): Promise<boolean> => isStillUnused(kind, path, { world, retention });
      if (!(await environments.remove(path, isUnused))) return false;
      await files.remove(useNote(path));
      return true;
    }
    case "code": {
      // As with an environment: out of sight first, so that whoever wants it misses it or is seen to want it.
      const aside = `${path}.removed`;
      await files.remove(aside);
      await files.move(path, aside);
      const isUnused = await isStillUnused(kind, path, { world, retention });
      if (isUnused) await files.remove(aside);
      else await files.move(aside, path);
      if (isUnused) await files.remove(useNote(path));
      return isUnused;
    }
    case "cache":
    case "lock":
    case "leftover":
    case "server log":
      await files.remove(path);
      return true;
  }
}

/** Somebody may have come to need it since the inventory was taken. */
async function isStillUnused(
  kind: StoredKind,
  path: string,
  { world, retention }: Pick<PruneProps, "world" | "retention">,
): Promise<boolean> {
  const usedAt = await readUse(path, world);
  const isReferenced = kind !== "half-built environment" && (await findReferences([nameOf(path)], world)).size > 0;
  return planCollection([{ kind, path, isReferenced, usedAt }], retention, world.clock.now()).remove.length > 0;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

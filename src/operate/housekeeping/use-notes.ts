import type { LocalWorld } from "../../ports/local-world.ts";
import { noteAgainSeconds } from "../../plan/plan-collection.ts";
import { sha256 } from "../../runtime/local/digest.ts";

export type NotesWorld = Pick<LocalWorld, "files" | "clock" | "machine">;

/** The file beside a thing that says when it was last seen in use. */
export function useNote(path: string): string {
  return `${path}.used`;
}

/** When a thing was last seen in use; undefined where nobody noted it, or where the note is damaged. */
export async function readUse(path: string, { files }: Pick<NotesWorld, "files">): Promise<Date | undefined> {
  const at = new Date((await files.read(useNote(path))) ?? "");
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/**
 * Says that a thing is needed, before it is looked for: what was said is seen by whoever is about to remove it
 * (`Environments.remove`).
 */
export async function noteUse(path: string, world: NotesWorld): Promise<void> {
  const now = world.clock.now();
  const before = await readUse(path, world);
  if (before !== undefined && now.getTime() - before.getTime() < noteAgainSeconds * 1_000) return;
  await world.files.ensureFile(useNote(path), now.toISOString(), 0o644);
}

/** Where the state directories are named that share environments lying outside of this one. */
function statesDirectory({ machine }: Pick<NotesWorld, "machine">): string {
  return `${machine.environments}/.states`;
}

/** Tells whoever shares the environments that this state directory has hubs which need some of them. */
export async function noteStateRoot(world: NotesWorld): Promise<void> {
  const { stateRoot, environments } = world.machine;
  if (environments.startsWith(`${stateRoot}/`)) return;
  await world.files.ensureFile(`${statesDirectory(world)}/${sha256(stateRoot).slice(0, 16)}`, stateRoot, 0o644);
}

/** This state directory, and the others that share its environments. */
export async function readStateRoots(world: Pick<NotesWorld, "files" | "machine">): Promise<readonly string[]> {
  const directory = statesDirectory(world);
  const named = await Promise.all(
    (await world.files.list(directory))
      .filter((name) => !name.startsWith("."))
      .map((name) => world.files.read(`${directory}/${name}`)),
  );
  return [...new Set([world.machine.stateRoot, ...named.filter((root) => root !== undefined)])];
}

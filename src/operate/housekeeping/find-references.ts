import type { LocalWorld } from "../../ports/local-world.ts";
import { fleetPaths, hubPaths } from "../../runtime/local/paths.ts";
import { readStateRoots } from "./use-notes.ts";

export type ReferencesWorld = Pick<LocalWorld, "files" | "processes" | "machine">;

/**
 * Which of the names (of environments, of copies of code) something on this machine refers to: a draft, what a hub last put
 * in place or gives new servers, what running servers give their Dask workers, the command line or environment of a
 * process. Of all fleets and of all state directories that share the environments. A name is found wherever it stands in
 * those texts, by whatever path: better one kept too many.
 * @throws whatever a file of them that cannot be read throws: then nothing may be removed
 */
export async function findReferences(names: readonly string[], world: ReferencesWorld): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const roots = await readStateRoots(world);
  const [mentioned, texts] = await Promise.all([
    world.processes.findMentioned(names.map((name) => `/${name}`)),
    Promise.all(roots.map((root) => readTexts(root, world))),
  ]);
  const all = texts.flat().join("\n");
  return new Set(names.filter((name) => mentioned.has(`/${name}`) || all.includes(`/${name}`)));
}

/** What the fleets of a state directory wrote down about environments. */
async function readTexts(root: string, { files }: Pick<LocalWorld, "files">): Promise<readonly string[]> {
  const fleets = await files.list(`${root}/fleets`);
  const paths = await Promise.all(
    fleets.map(async (uuid) => {
      const { draft, hubs } = fleetPaths(root, uuid);
      const ofHubs = (await files.list(hubs)).flatMap((hub) => {
        const { applied, current, run } = hubPaths(root, uuid, hub);
        return [applied, current, `${run}/worker-environments.json`];
      });
      return [draft, ...ofHubs];
    }),
  );
  const texts = await Promise.all(paths.flat().map((path) => files.read(path)));
  return texts.filter((text) => text !== undefined);
}

/** All that names locks of a fleet: its draft, and what its hubs last put in place. */
export async function readLockReferences(
  fleetUuid: string,
  { files, machine }: Pick<LocalWorld, "files" | "machine">,
): Promise<string> {
  const { draft, hubs } = fleetPaths(machine.stateRoot, fleetUuid);
  const applied = (await files.list(hubs)).map((hub) => hubPaths(machine.stateRoot, fleetUuid, hub).applied);
  const texts = await Promise.all([draft, ...applied].map((path) => files.read(path)));
  return texts.join("\n");
}

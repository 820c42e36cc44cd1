import { planCollection, type Retention, type Stored, type StoredKind } from "../../plan/plan-collection.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { hubPaths } from "../../runtime/local/paths.ts";
import { takeFleetInventory, takeSharedInventory } from "../housekeeping/take-inventory.ts";
import { type DoctorLine, megabytes, ok, warn } from "./line.ts";

/** What nothing uses any more: processes, environments, copies of code. For all fleets of this state directory. */
export async function lookAtLeftovers(world: LocalWorld, retention: Retention): Promise<readonly DoctorLine[]> {
  const [processes, stored, cache] = await Promise.all([
    lookAtProcesses(world),
    lookAtStored(world, retention),
    lookAtPackageCache(world),
  ]);
  return [processes, ...stored, ...cache];
}

/** Processes of hubs that are not on the disk: a destroy that did not end, or files removed by hand. */
async function lookAtProcesses({ files, machine, processes }: LocalWorld): Promise<DoctorLine> {
  const fleets = await files.list(`${machine.stateRoot}/fleets`);
  const lost: string[] = [];
  let own = 0;
  for (const { marker, pid, command } of await processes.findMarked("")) {
    const [uuid = "", hub = ""] = marker.split("/");
    if (!fleets.includes(uuid)) continue; // of another state directory
    own += 1;
    if (!(await files.exists(hubPaths(machine.stateRoot, uuid, hub).run))) lost.push(`${pid} (${marker}: ${command})`);
  }
  if (lost.length === 0) return ok("processes", `${own} of hubs of this state directory, none left over`);
  return warn(
    "processes",
    `${lost.length} of hubs that are not here any more: ${lost.slice(0, 3).join("; ")}`,
    "hubfleet destroy hub/NAME --yes, or kill them",
  );
}

/** Built environments, copies of code, and what killed commands left: what would be freed, and by which command. */
async function lookAtStored(world: LocalWorld, retention: Retention): Promise<readonly DoctorLine[]> {
  const shared = await takeSharedInventory(world);
  const fleets = await world.files.list(`${world.machine.stateRoot}/fleets`);
  const own = await Promise.all(fleets.map((uuid) => takeFleetInventory(uuid, world)));
  const stored = [...shared, ...own.flat()];
  const lines = Object.entries(groups).map(async ([about, kinds]) => {
    const all = stored.filter(({ kind }) => kinds.includes(kind));
    const { remove } = planCollection(all, retention, world.clock.now());
    const unused = all.filter(({ isReferenced }) => !isReferenced);
    const [bytes, freed] = [await sizeOf(unused, world), await sizeOf(remove, world)];
    if (about === "leftovers")
      return remove.length === 0
        ? ok(about, "none")
        : warn(about, `${remove.length} files nobody needs (${megabytes(bytes)})`, prunes(freed));
    if (about === "caches") {
      const says = `${all.length} things that were fetched (${megabytes(bytes)})`;
      return remove.length === 0 ? ok(about, all.length === 0 ? "empty" : says) : warn(about, says, prunes(freed));
    }
    if (unused.length === 0) return ok(about, `${all.length}, each in use`);
    const says = `${unused.length} of ${all.length} used by nothing (${megabytes(bytes)})`;
    if (remove.length > 0) return warn(about, says, prunes(freed));
    return ok(about, `${says}, kept a while for going back; \`hubfleet prune --dry-run\` says until when`);
  });
  return Promise.all(lines);
}

const groups: Readonly<Record<string, readonly StoredKind[]>> = {
  environments: ["environment", "half-built environment"],
  "code of hubs": ["code"],
  caches: ["cache"],
  leftovers: ["lock", "leftover", "server log"],
};

function prunes(bytes: number): string {
  return `hubfleet prune (frees ${megabytes(bytes)})`;
}

async function sizeOf(stored: readonly Stored[], { files }: Pick<LocalWorld, "files">): Promise<number> {
  const sizes = await Promise.all(stored.map(({ path }) => files.size(path)));
  return sizes.reduce((sum, one) => sum + one, 0);
}

/** Packages as uv keeps them for every project of this account: not hubfleet's to remove, but good to know of. */
async function lookAtPackageCache({ programs, variable }: LocalWorld): Promise<readonly DoctorLine[]> {
  const environment = Object.fromEntries(
    ["PATH", "HOME", "XDG_CACHE_HOME", "UV_CACHE_DIR"].flatMap((name) => {
      const value = variable(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const ask = (...words: readonly string[]): ReturnType<typeof programs.run> =>
    programs.run({ argv: ["uv", "cache", ...words], environment, directory: "/" }, 10_000);
  // It counts a hundred thousand files in half a second, and Node takes half a minute.
  const [place, size] = await Promise.all([ask("dir"), ask("size", "--preview-features", "cache-size")]);
  if (place.exitCode !== 0 || !place.output.startsWith("/")) return []; // that uv is missing has a line of its own
  const bytes = size.exitCode === 0 && /^\d+$/.test(size.output) ? `${megabytes(Number(size.output))} in ` : "";
  const says = `${bytes}${place.output}, shared by all that uses uv; \`uv cache prune\` frees old packages`;
  return [ok("package cache", says)];
}

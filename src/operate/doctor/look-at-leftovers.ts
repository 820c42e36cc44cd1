import type { LocalWorld } from "../../ports/local-world.ts";
import type { AppliedHub } from "../../runtime/local/observed-hub.ts";
import type { Draft } from "../../runtime/local/draft.ts";
import { fleetPaths, hubPaths, machinePaths } from "../../runtime/local/paths.ts";
import { describeMachine } from "../desired-hubs.ts";
import { type DoctorLine, megabytes, ok, warn } from "./line.ts";

/** What nothing uses any more: processes, environments, copies of code. For all fleets of this state directory. */
export async function lookAtLeftovers(world: LocalWorld): Promise<readonly DoctorLine[]> {
  return [await lookAtProcesses(world), ...(await lookAtEnvironments(world)), await lookAtRuntime(world)];
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

async function lookAtEnvironments(world: LocalWorld): Promise<readonly DoctorLine[]> {
  const { files, locks, machine, environments } = world;
  const directory = machine.environments;
  const all = (await files.list(directory)).filter((name) => !name.startsWith(".") && !name.includes("."));
  const used = await findUsed(world);
  const half: string[] = [];
  const unused: string[] = [];
  for (const name of all) {
    const path = `${directory}/${name}`;
    if (await environments.isComplete(path)) {
      if (!used.has(path)) unused.push(path);
    } else if ((await locks.holder(`environment/${path}`, `${path}.building`)) === undefined) {
      half.push(path);
    }
  }
  const bytes = (await Promise.all(unused.map((path) => files.size(path)))).reduce((sum, one) => sum + one, 0);
  return [
    unused.length === 0
      ? ok("environments", `${all.length}, each in use`)
      : warn(
          "environments",
          `${unused.length} of ${all.length} are used by no hub of this state directory (${megabytes(bytes)})`,
          `rm -r ${unused.slice(0, 3).join(" ")}${unused.length > 3 ? " …" : ""}`,
        ),
    ...(half.length === 0
      ? []
      : [warn("environments", `${half.length} half-built, never used`, `rm -r ${half.slice(0, 3).join(" ")}`)]),
  ];
}

/** By drafts, by what was last put in place, and by what runs: a server keeps its environment while hubs move on. */
async function findUsed({ files, machine, processes }: LocalWorld): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  const add = (images: AppliedHub["images"] | undefined): void => {
    for (const { environment } of Object.values(images ?? {})) used.add(environment);
  };
  for (const uuid of await files.list(`${machine.stateRoot}/fleets`)) {
    const { draft, hubs } = fleetPaths(machine.stateRoot, uuid);
    const drafted = parse(await files.read(draft)) as Draft | undefined;
    for (const { images } of Object.values(drafted?.hubs ?? {})) add(images);
    for (const hub of await files.list(hubs)) {
      const applied = parse(await files.read(hubPaths(machine.stateRoot, uuid, hub).applied)) as AppliedHub | undefined;
      add(applied?.images);
    }
  }
  const prefix = `${machine.environments}/`;
  for (const { command } of await processes.findMarked("")) {
    const word = command.split(" ").find((one) => one.startsWith(prefix));
    if (word !== undefined) used.add(`${prefix}${word.slice(prefix.length).split("/")[0]}`);
  }
  return used;
}

async function lookAtRuntime(world: LocalWorld): Promise<DoctorLine> {
  const { runtime } = machinePaths(world.machine.stateRoot);
  const current = (await describeMachine(world)).pythonPath;
  const copies = (await world.files.list(runtime)).map((name) => `${runtime}/${name}`);
  const old = copies.filter((path) => path !== current);
  const bytes = (await Promise.all(old.map((path) => world.files.size(path)))).reduce((sum, one) => sum + one, 0);
  return ok(
    "code of hubs",
    old.length === 0 ? "the current one only" : `${old.length} older copies (${megabytes(bytes)})`,
  );
}

/** Written by hubfleet; a file that was damaged by hand counts as absent. */
function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

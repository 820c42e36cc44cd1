import { bootEntryName } from "../apply/boot-entry.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { Draft } from "../runtime/local/draft.ts";
import { fleetPaths, hubPaths, machinePaths } from "../runtime/local/paths.ts";

/** What stays of a fleet whose hubs are all gone, beside their data. */
export interface FleetRemains {
  readonly kept: readonly { readonly what: string; readonly path: string; readonly bytes: number }[];
}

/**
 * Removes what belongs to the fleet as a whole once none of its hubs is left on this machine: the draft and its locks.
 * Environments are shared by all fleets of the machine: they are removed when asked for and no draft names them.
 * Answers undefined while a hub is left.
 */
export async function destroyFleetRest(
  fleetUuid: string,
  { deleteEnvironments }: { readonly deleteEnvironments: boolean },
  { files, machine, processes, bootService }: Pick<LocalWorld, "files" | "machine" | "processes" | "bootService">,
): Promise<FleetRemains | undefined> {
  const paths = fleetPaths(machine.stateRoot, fleetUuid);
  const names = await files.list(paths.hubs);
  for (const name of names) {
    const { run, data } = hubPaths(machine.stateRoot, fleetUuid, name);
    if (await files.exists(run)) return undefined;
    if (!(await files.exists(data))) await files.remove(`${paths.hubs}/${name}`);
  }
  await bootService.remove(bootEntryName(fleetUuid));
  await files.remove(paths.draft);
  await Promise.all([files.remove(paths.journal), files.remove(`${paths.journal}.1`)]);
  await files.remove(paths.locks);
  if ((await files.list(paths.hubs)).length === 0) await files.remove(paths.directory);

  const { runtime, uids } = machinePaths(machine.stateRoot);
  const { environments } = machine;
  if (deleteEnvironments) {
    const used = new Set([
      ...(await usedEnvironments({ files, machine })),
      ...(await environmentsInUse(environments, { processes })),
    ]);
    for (const name of await files.list(environments)) {
      if (!used.has(`${environments}/${name}`)) await files.remove(`${environments}/${name}`);
    }
    if (used.size === 0) await Promise.all([files.remove(runtime), files.remove(environments)]);
  }
  const named = [
    { what: "environments, shared by all fleets", path: environments },
    { what: "hubfleet's code for hubs", path: runtime },
    { what: "user ids, never given twice", path: uids },
  ];
  const kept = await Promise.all(named.map(async (part) => ({ ...part, bytes: await files.size(part.path) })));
  return { kept: kept.filter(({ bytes }) => bytes > 0) };
}

async function usedEnvironments({
  files,
  machine,
}: Pick<LocalWorld, "files" | "machine">): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const uuid of await files.list(`${machine.stateRoot}/fleets`)) {
    const text = await files.read(fleetPaths(machine.stateRoot, uuid).draft);
    const draft = text === undefined ? undefined : (JSON.parse(text) as Draft); // written by recordDraft
    for (const { images } of Object.values(draft?.hubs ?? {})) {
      for (const { environment } of Object.values(images)) used.add(environment);
    }
  }
  return used;
}

/** Those that a process still runs in: a server keeps its environment while drafts move on. */
async function environmentsInUse(
  environments: string,
  { processes }: Pick<LocalWorld, "processes">,
): Promise<readonly string[]> {
  const commands = (await processes.findMarked("")).map(({ command }) => command);
  const found = commands.map((command) => command.split(" ").find((word) => word.startsWith(`${environments}/`)));
  return found.flatMap(
    (path) =>
      path
        ?.split("/")
        .slice(0, environments.split("/").length + 1)
        .join("/") ?? [],
  );
}

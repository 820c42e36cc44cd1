import { HubfleetError, HubfleetErrors } from "../errors/hubfleet-error.ts";
import type { Fleet, Hub } from "../fleet/fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { stableJson } from "../runtime/local/digest.ts";
import type { Draft } from "../runtime/local/draft.ts";
import { fleetPaths } from "../runtime/local/paths.ts";
import { candidatePorts, rehearsalUuid, type Rehearsals, rehearse } from "../runtime/local/rehearsal.ts";
import { imagesOf } from "./resolve-images.ts";

export type RehearsalWorld = Pick<LocalWorld, "files" | "machine" | "locks" | "processes" | "clock">;

interface Place {
  /** Absolute path of the working tree. */
  readonly directory: string;
  readonly world: RehearsalWorld;
}

/** The fleet as it is rehearsed on this machine. */
export async function rehearsedFleet(fleet: Fleet, { directory, world }: Place): Promise<Fleet> {
  const [{ ports }, buildable] = await Promise.all([
    readRehearsals(fleet.uuid, world),
    buildableImages(fleet, directory, world),
  ]);
  return rehearse(fleet, { ports, buildable });
}

/** With those hubs only that are rehearsed here. */
export function onlyRehearsed(fleet: Fleet): Fleet {
  return { ...fleet, hubs: new Map([...fleet.hubs].filter(([, { port }]) => port !== undefined)) };
}

/**
 * Gives each of the hubs ports of its own, once: they are kept until the rehearsal is destroyed.
 * @throws HubfleetErrors IMAGE_NOT_LOCAL for images that this machine cannot make, before anything is written
 */
export async function ensureRehearsals(fleet: Fleet, hubs: readonly Hub[], { directory, world }: Place): Promise<void> {
  const buildable = await buildableImages(fleet, directory, world);
  const errors = hubs.flatMap((hub) =>
    imagesOf(hub).flatMap((image) => (buildable.has(image) ? [] : [cannotBeMade(fleet, hub, image)])),
  );
  if (errors.length > 0) throw new HubfleetErrors(errors);
  await change(fleet.uuid, world, async (before) => {
    const taken = new Set([
      ...(await portsOfOthers(world)),
      ...[...fleet.hubs.values()].flatMap(({ port }) => port ?? []),
    ]);
    const ports: Record<string, number> = { ...before };
    for (const { name } of hubs) {
      ports[name] ??= await freePorts(new Set([...taken, ...Object.values(ports)]), world);
    }
    return ports;
  });
}

/** Forgets where hubs were that are gone. */
export async function forgetRehearsals(fleet: Fleet, hubs: readonly string[], world: RehearsalWorld): Promise<void> {
  const { ports } = await readRehearsals(fleet.uuid, world);
  const left = Object.fromEntries(Object.entries(ports).filter(([name]) => !hubs.includes(name)));
  const path = notesPath(rehearsalUuid(fleet.uuid), world);
  if (!(await world.files.exists(path))) return;
  if (Object.keys(left).length > 0) await change(fleet.uuid, world, async () => left);
  else await world.files.remove(path);
}

async function readRehearsals(uuid: string, world: Pick<RehearsalWorld, "files" | "machine">): Promise<Rehearsals> {
  const text = await world.files.read(notesPath(rehearsalUuid(uuid), world));
  return text === undefined ? { version: 1, of: uuid, ports: {} } : (JSON.parse(text) as Rehearsals); // written below
}

function notesPath(derivedUuid: string, { machine }: Pick<RehearsalWorld, "machine">): string {
  return fleetPaths(machine.stateRoot, derivedUuid).rehearsals;
}

/** All fleets of the machine choose from the same ports, so one command does at a time. */
async function change(
  uuid: string,
  world: RehearsalWorld,
  work: (ports: Rehearsals["ports"]) => Promise<Rehearsals["ports"]>,
): Promise<void> {
  const { files, locks, machine, clock } = world;
  const path = notesPath(rehearsalUuid(uuid), world);
  for (;;) {
    const turn = await locks.tryAcquire(`rehearsals/${machine.stateRoot}`, `${path}.writing`, "choose ports");
    if (turn.kind === "taken") {
      await clock.sleep(50);
      continue;
    }
    try {
      const ports = await work((await readRehearsals(uuid, world)).ports);
      await files.ensureFile(path, stableJson({ version: 1, of: uuid, ports } satisfies Rehearsals), 0o600);
      return;
    } finally {
      await turn.release();
    }
  }
}

/** Of every fleet's hubs here, rehearsed or real, whether they run or not. */
async function portsOfOthers({ files, machine }: RehearsalWorld): Promise<readonly number[]> {
  const uuids = await files.list(`${machine.stateRoot}/fleets`);
  const found = await Promise.all(
    uuids.map(async (uuid) => {
      const { draft, rehearsals } = fleetPaths(machine.stateRoot, uuid);
      const [drafted, rehearsed] = await Promise.all([files.read(draft), files.read(rehearsals)]);
      const hubs = drafted === undefined ? {} : (JSON.parse(drafted) as Draft).hubs; // written by recordDraft
      const ports = rehearsed === undefined ? {} : (JSON.parse(rehearsed) as Rehearsals).ports; // written above
      return [...Object.values(hubs).flatMap(({ hub }) => hub.port ?? []), ...Object.values(ports)];
    }),
  );
  return found.flat();
}

async function freePorts(taken: ReadonlySet<number>, { processes }: RehearsalWorld): Promise<number> {
  for (const first of candidatePorts(taken)) {
    const ports = Array.from({ length: 10 }, (_, index) => first + index);
    const owners = await Promise.all(ports.map((port) => processes.portOwner(port)));
    if (owners.every((owner) => owner === undefined)) return first;
  }
  throw new HubfleetError("PORT_TAKEN", {
    message: "there are no ten free ports in a row for a rehearsal",
    hint: "hubfleet destroy --on local hub/NAME, for one that is no longer needed",
    retry: "later",
  });
}

async function buildableImages(
  fleet: Fleet,
  directory: string,
  { files }: RehearsalWorld,
): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    [...fleet.images.values()].map(async ({ name, requirements }) =>
      (await files.exists(`${directory}/${requirements}`)) ? [name] : [],
    ),
  );
  return new Set(found.flat());
}

function cannotBeMade(fleet: Fleet, hub: Hub, name: string): HubfleetError {
  const from = fleet.images.get(name)?.from;
  const source = from === undefined ? "is made from other files than a requirements.txt" : `is taken from "${from}"`;
  return new HubfleetError("IMAGE_NOT_LOCAL", {
    message: `hub "${hub.name}" cannot be rehearsed: its image "${name}" ${source}, and this machine runs hubs from requirements only`,
    hint: `write images/${name}/requirements.txt with the packages that it holds: a rehearsal builds them, and the real hub keeps its image`,
  });
}

import type { ImageRepository } from "../../image/container/image-reference.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { sha256, stableJson } from "../../runtime/local/digest.ts";
import { fleetPaths } from "../../runtime/local/paths.ts";

/** What this machine pushed under a tag. */
export interface PushRecord {
  readonly version: 1;
  /** "registry.example.org/fleet/lab:3f2a…" */
  readonly name: string;
  readonly digest: string;
  readonly at: string;
}

type RecordWorld = Pick<LocalWorld, "files" | "machine">;
type Place = ImageRepository & { readonly tag: string };

function recordPath(fleetUuid: string, place: Place, { machine }: RecordWorld): string {
  return `${fleetPaths(machine.stateRoot, fleetUuid).directory}/containers/${sha256(nameOf(place)).slice(0, 32)}.json`;
}

function nameOf({ registry, repository, tag }: Place): string {
  return `${registry}/${repository}:${tag}`;
}

/** What this machine pushed under a tag the last time; undefined when it never did. */
export async function readPushRecord(
  fleetUuid: string,
  place: Place,
  world: RecordWorld,
): Promise<PushRecord | undefined> {
  const text = await world.files.read(recordPath(fleetUuid, place, world));
  return text === undefined ? undefined : (JSON.parse(text) as PushRecord); // written below
}

/** Remembers what a tag was given, so that one that is moved later is noticed. */
export async function recordPush(
  fleetUuid: string,
  place: Place & { readonly digest: string; readonly at: Date },
  world: RecordWorld,
): Promise<void> {
  const { digest, at } = place;
  const record: PushRecord = { version: 1, name: nameOf(place), digest, at: at.toISOString() };
  await world.files.ensureFile(recordPath(fleetUuid, place, world), stableJson(record), 0o600);
}

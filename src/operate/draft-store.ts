import type { LocalWorld } from "../ports/local-world.ts";
import { stableJson } from "../runtime/local/digest.ts";
import type { Draft, DraftHub } from "../runtime/local/draft.ts";
import { fleetPaths } from "../runtime/local/paths.ts";
import { type Named, renameDrafted } from "./renames.ts";
import { noteUse, type NotesWorld } from "./housekeeping/use-notes.ts";

export type DraftWorld = Pick<LocalWorld, "files" | "machine">;

const noDraft: Draft = { version: 1, hubs: {} };

/** What `up` put in place on this machine; empty where it never ran. */
export async function readDraft(fleetUuid: string, { files, machine }: DraftWorld): Promise<Draft> {
  const text = await files.read(fleetPaths(machine.stateRoot, fleetUuid).draft);
  return text === undefined ? noDraft : (JSON.parse(text) as Draft); // written below
}

/** Records hubs, leaving the others as they are. A hub that did not change keeps its date. */
export async function recordDraft(
  fleetUuid: string,
  hubs: Readonly<Record<string, DraftHub>>,
  world: NotesWorld,
): Promise<void> {
  const draft = await readDraft(fleetUuid, world);
  await noteReplaced(draft, Object.keys(hubs), world);
  const merged = Object.fromEntries(
    Object.entries(hubs).map(([name, hub]) => {
      const before = draft.hubs[name];
      const isSame = before !== undefined && stableJson({ ...before, since: "" }) === stableJson({ ...hub, since: "" });
      return [name, isSame ? before : hub];
    }),
  );
  await writeDraft(fleetUuid, { version: 1, hubs: { ...draft.hubs, ...merged } }, world);
}

/** Takes hubs out of the draft: they are destroyed on purpose and `apply` shall not bring them back. */
export async function forgetDrafts(fleetUuid: string, hubs: readonly string[], world: NotesWorld): Promise<void> {
  const draft = await readDraft(fleetUuid, world);
  await noteReplaced(draft, hubs, world);
  const kept = Object.entries(draft.hubs).filter(([name]) => !hubs.includes(name));
  await writeDraft(fleetUuid, { version: 1, hubs: Object.fromEntries(kept) }, world);
}

/** Moves a hub's entry to its new name, where that has none yet. Doing it again changes nothing. */
export async function renameDraft(
  fleetUuid: string,
  { from, to }: { readonly from: string; readonly to: Named },
  world: DraftWorld,
): Promise<void> {
  const { hubs } = await readDraft(fleetUuid, world);
  const { [from]: before, ...others } = hubs;
  if (before === undefined) return;
  await writeDraft(fleetUuid, { version: 1, hubs: { [to.name]: renameDrafted(before, to), ...others } }, world);
}

/** The environments that hubs had up to now are kept for going back from now on. */
async function noteReplaced(draft: Draft, hubs: readonly string[], world: NotesWorld): Promise<void> {
  const before = hubs.flatMap((name) => Object.values(draft.hubs[name]?.images ?? {}));
  for (const path of new Set(before.map(({ environment }) => environment))) await noteUse(path, world);
}

/** Keeps the text of a lock, so that an environment can be built again after the working tree has moved on. */
export async function storeLock(fleetUuid: string, digest: string, text: string, world: DraftWorld): Promise<void> {
  await world.files.ensureFile(lockPath(fleetUuid, digest, world), text, 0o644);
}

export async function readLock(fleetUuid: string, digest: string, world: DraftWorld): Promise<string | undefined> {
  return world.files.read(lockPath(fleetUuid, digest, world));
}

export function lockPath(fleetUuid: string, digest: string, { machine }: DraftWorld): string {
  return `${fleetPaths(machine.stateRoot, fleetUuid).locks}/${digest}.txt`;
}

async function writeDraft(fleetUuid: string, draft: Draft, { files, machine }: DraftWorld): Promise<void> {
  await files.ensureFile(fleetPaths(machine.stateRoot, fleetUuid).draft, stableJson(draft), 0o600);
}

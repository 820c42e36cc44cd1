import { addLook, flushLooks, type Look, type LookPolicy, type LooksDraft, noLooks } from "../../bundle/looks.ts";
import { type KeptLooks, parseLooks, writeLooks } from "../../bundle/parse-looks.ts";
import { canonicalJson } from "../../evidence/canonical-json.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { fleetPaths } from "../../runtime/local/paths.ts";

type LooksWorld = Pick<LocalWorld, "files" | "locks" | "clock" | "machine">;

/** What waits on this machine. Lost or damaged, it is nothing: then nobody looked. */
export async function readLooks(
  fleetUuid: string,
  { files, machine }: Pick<LooksWorld, "files" | "machine">,
): Promise<KeptLooks> {
  const text = await files.read(pathOf(fleetUuid, machine));
  return (text === undefined ? undefined : parseLooks(text)) ?? { pending: noLooks, drafts: [] };
}

/**
 * Adds looks; answers all that is to be recorded now, what a command that was killed left of it first. It is kept until
 * `forgetDrafts`, so that each is recorded at least once; twice does no harm.
 */
export function keepLooks(
  fleetUuid: string,
  looks: readonly { readonly look: Look; readonly policy: LookPolicy }[],
  world: LooksWorld,
): Promise<readonly LooksDraft[]> {
  return change(fleetUuid, world, (kept) =>
    looks.reduce(({ pending, drafts }, { look, policy }) => {
      const added = addLook(pending, look, policy);
      return { pending: added.pending, drafts: [...drafts, ...added.drafts] };
    }, kept),
  );
}

/** Takes what waits, of the hubs named or of all; answers all that is to be recorded now, as `keepLooks` does. */
export function takeLooks(
  fleetUuid: string,
  hubs: ReadonlySet<string> | undefined,
  world: LooksWorld,
): Promise<readonly LooksDraft[]> {
  return change(fleetUuid, world, ({ pending, drafts }) => {
    const flushed = flushLooks(pending, hubs);
    return { pending: flushed.pending, drafts: [...drafts, ...flushed.drafts] };
  });
}

/** They are on the state, or may not be recorded any more. */
export async function forgetDrafts(
  fleetUuid: string,
  settled: readonly LooksDraft[],
  world: LooksWorld,
): Promise<void> {
  const gone = new Set(settled.map(canonicalJson));
  await change(fleetUuid, world, ({ pending, drafts }) => ({
    pending,
    drafts: drafts.filter((draft) => !gone.has(canonicalJson(draft))),
  }));
}

/** Between two commands the lock decides who is first; it is held while the file is read and written, no longer. */
async function change(
  fleetUuid: string,
  { files, locks, clock, machine }: LooksWorld,
  make: (kept: KeptLooks) => KeptLooks,
): Promise<readonly LooksDraft[]> {
  const path = pathOf(fleetUuid, machine);
  for (;;) {
    const turn = await locks.tryAcquire(`looks/${path}`, `${path}.writing`, "keep looks");
    if (turn.kind === "taken") {
      await clock.sleep(50);
      continue;
    }
    try {
      const changed = make(await readLooks(fleetUuid, { files, machine }));
      await files.ensureFile(path, writeLooks(changed), 0o600);
      return changed.drafts;
    } finally {
      await turn.release();
    }
  }
}

function pathOf(fleetUuid: string, { stateRoot }: LooksWorld["machine"]): string {
  return fleetPaths(stateRoot, fleetUuid).looks;
}

import type { LocalWorld } from "../../ports/local-world.ts";
import { sha256 } from "../../runtime/local/digest.ts";

type WorkshopWorld = Pick<LocalWorld, "files" | "locks" | "clock" | "machine">;

/**
 * Runs work with a directory of its own for one container, one command of this machine at a time: who comes second waits,
 * and then finds what the first one pushed. What a killed command left there goes first.
 */
export async function inWorkshop<Result>(
  { fleetUuid, image }: { readonly fleetUuid: string; readonly image: string },
  { world, signal }: { readonly world: WorkshopWorld; readonly signal: AbortSignal },
  work: (scratch: string) => Promise<Result>,
): Promise<Result> {
  const { files, locks, clock, machine } = world;
  const directory = `${machine.stateRoot}/containers/${sha256(`${fleetUuid} ${image}`).slice(0, 16)}`;
  for (;;) {
    const turn = await locks.tryAcquire(`container/${directory}`, `${directory}.json`, "image build");
    if (turn.kind === "taken") {
      signal.throwIfAborted();
      await clock.sleep(200);
      continue;
    }
    try {
      await files.remove(directory);
      await files.ensureDirectory(directory, 0o755);
      return await work(directory);
    } finally {
      await files.remove(directory);
      await turn.release();
    }
  }
}

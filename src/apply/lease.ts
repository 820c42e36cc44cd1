import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { fleetPaths } from "../runtime/local/paths.ts";

/**
 * Runs a writer while this command alone changes the fleet on this machine.
 * @throws HubfleetError LEASE_HELD, naming the command that holds it and since when
 */
export async function withLease<Result>(
  fleetUuid: string,
  command: string,
  { locks, machine }: Pick<LocalWorld, "locks" | "machine">,
  write: () => Promise<Result>,
): Promise<Result> {
  const { lease } = fleetPaths(machine.stateRoot, fleetUuid);
  const turn = await locks.tryAcquire(`fleet/${fleetUuid}`, lease, command);
  if (turn.kind === "taken") {
    const holder =
      turn.by === undefined
        ? "another command"
        : `"hubfleet ${turn.by.command}" (process ${turn.by.pid}, since ${turn.by.since.toISOString()})`;
    throw new HubfleetError("LEASE_HELD", {
      message: `${holder} is changing this fleet on this machine`,
      hint: "wait until it is done, or end that process; nothing has to be unlocked",
      retry: "later",
    });
  }
  try {
    return await write();
  } finally {
    await turn.release();
  }
}

import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { LocalWorld, Report } from "../ports/local-world.ts";
import type { LockHolder } from "../ports/locks.ts";
import { fleetPaths } from "../runtime/local/paths.ts";
import { openSteps, type Steps } from "./steps.ts";

export interface LeaseProps {
  readonly fleetUuid: string;
  /** The command that takes it, for whoever finds it taken and for the journal. */
  readonly command: string;
  readonly world: Pick<LocalWorld, "files" | "clock" | "random" | "locks" | "machine">;
  readonly report: Report;
}

/**
 * Runs a writer while this command alone changes the fleet on this machine, with the journal open.
 * @throws HubfleetError LEASE_HELD, naming the command that holds it and since when
 */
export async function withLease<Result>(props: LeaseProps, write: (steps: Steps) => Promise<Result>): Promise<Result> {
  const { fleetUuid, command, world, report } = props;
  const { lease } = fleetPaths(world.machine.stateRoot, fleetUuid);
  const turn = await world.locks.tryAcquire(`fleet/${fleetUuid}`, lease, command);
  if (turn.kind === "taken") {
    throw new HubfleetError("LEASE_HELD", {
      message: `${describe(turn.by)} is changing this fleet on this machine`,
      hint: "wait until it is done, or end that process; nothing has to be unlocked",
      retry: "later",
    });
  }
  try {
    const steps = await openSteps(props);
    for (const { target, step, command: before, at } of steps.interrupted) {
      report({
        target,
        text: `"hubfleet ${before}" of ${at} ended during "${step}"; going on from what is there`,
        state: "note",
      });
    }
    return await write(steps);
  } finally {
    await turn.release();
  }
}

/** Who is changing the fleet on this machine right now, in words; undefined when nobody is. */
export async function describeHolder(
  fleetUuid: string,
  { locks, machine }: Pick<LocalWorld, "locks" | "machine">,
): Promise<string | undefined> {
  const holder = await locks.holder(`fleet/${fleetUuid}`, fleetPaths(machine.stateRoot, fleetUuid).lease);
  return holder === undefined ? undefined : describe(holder === "somebody" ? undefined : holder);
}

function describe(holder: LockHolder | undefined): string {
  if (holder === undefined) return "another command";
  return `"hubfleet ${holder.command}" (process ${holder.pid}, since ${holder.since.toISOString()})`;
}

import type { LocalWorld } from "../ports/local-world.ts";
import type { StateHistory } from "../ports/state-history.ts";
import type { StateRef } from "../ports/state-ref.ts";

/** The branch `hubfleet/state` of the repository that a fleet is kept in; loaded by the commands that read or write it. */
export async function openState(fleetDirectory: string, { clock, random, variable }: LocalWorld): Promise<StateRef> {
  const [{ createStateRefGit }, { createRetryDelay }, { createRun }] = await Promise.all([
    import("../adapters/state-ref/state-ref-git.ts"),
    import("../adapters/state-ref/retry-delay.ts"),
    import("../adapters/run.ts"),
  ]);
  return createStateRefGit({
    directory: fleetDirectory,
    run: createRun(),
    variable,
    timeLimits,
    clock,
    attempts: 12,
    delayMilliseconds: createRetryDelay(random),
  });
}

/** The past of that branch. */
export async function openStateHistory(
  fleetDirectory: string,
  { variable }: Pick<LocalWorld, "variable">,
): Promise<StateHistory> {
  const [{ createStateHistoryGit }, { createRun }] = await Promise.all([
    import("../adapters/state-history/state-history-git.ts"),
    import("../adapters/run.ts"),
  ]);
  return createStateHistoryGit({ directory: fleetDirectory, run: createRun(), variable, timeLimits });
}

const timeLimits = { remoteMilliseconds: 60_000, localMilliseconds: 30_000 };

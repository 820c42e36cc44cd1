import type { LocalWorld } from "../ports/local-world.ts";
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
    timeLimits: { remoteMilliseconds: 60_000, localMilliseconds: 30_000 },
    clock,
    attempts: 12,
    delayMilliseconds: createRetryDelay(random),
  });
}

import pMap from "p-map";

import { describeCount, isMoving, strandedProcesses } from "../plan/stranded.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { type DesiredHub, markerPrefix } from "../runtime/local/desired-hub.ts";
import type { ObservedHub } from "../runtime/local/observed-hub.ts";
import { hubPorts } from "../runtime/local/ports.ts";
import type { HubSecrets } from "../runtime/local/secrets.ts";
import { stopGraceMilliseconds } from "./components.ts";
import type { Steps } from "./steps.ts";

export interface EndStrandedProps {
  readonly fleetUuid: string;
  readonly desired: DesiredHub;
  readonly world: Pick<LocalWorld, "processes" | "hubApi">;
  readonly steps: Steps;
}

/**
 * Before a hub leaves its address: has it stop its servers, while it can, so that its database and its users' pages say
 * so. One that does not answer is no obstacle: what is left ends with `endStranded`.
 */
export async function stopServersOfMovingHub(
  { desired, world, steps }: EndStrandedProps,
  observed: ObservedHub,
  secrets: HubSecrets,
): Promise<void> {
  const { applied, state } = observed;
  if (!isMoving(desired, observed) || applied?.hub.port === undefined || state === undefined) return;
  const url = `http://127.0.0.1:${hubPorts(applied.hub.port).hub}${applied.hub.basePath}`;
  const servers = state.users.flatMap((user) =>
    user.servers.map((server) => ({ user: user.name, server: server.name })),
  );
  if (servers.length === 0) return;
  const stop = async (): Promise<number> => {
    const results = await pMap(
      servers,
      async ({ user, server }) =>
        world.hubApi.stopServer({ url, token: secrets.operatorToken }, user, server).then(
          () => true,
          () => false,
        ),
      { concurrency: 4 },
    );
    return results.filter((isStopped) => isStopped).length;
  };
  await steps.run(`hub/${desired.name}`, "end servers", stop, (count) => `${count} of ${servers.length}`);
}

/** When the hub is gone from its address, or its gateway for good: ends what still calls there. */
export async function endStranded({ fleetUuid, desired, world, steps }: EndStrandedProps): Promise<void> {
  const userProcesses = (await world.processes.findMarked(markerPrefix(fleetUuid, desired.name))).filter(({ marker }) =>
    /^[^/]+\/[^/]+\/(server|dask)\//.test(marker),
  );
  const stranded = strandedProcesses(desired, { userProcesses });
  if (stranded.length === 0) return;
  const end = (): Promise<void> => world.processes.stop(stranded, stopGraceMilliseconds);
  await steps.run(`hub/${desired.name}`, "end what is left of them", end, () => describeCount(stranded));
}

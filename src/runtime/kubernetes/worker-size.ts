import type { Dask } from "../../fleet/fleet.ts";
import type { NodeGroup } from "../../fleet/kubernetes-settings.ts";

/** What a Dask worker asks of its node, and what it may use. */
export interface WorkerSize {
  /** Kept free for it: slightly less than asked for, where a node would otherwise have room for one worker less. */
  readonly cores: number;
  readonly coresLimit: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  /** One for each core that was asked for. */
  readonly threads: number;
  /** Workers that fill one node of the group; undefined where its size is not known. */
  readonly perNode: number | undefined;
}

/** What each worker may give up for one more of them to fit. */
const mostGivenUp = 0.1;

/**
 * Cuts workers so that they fill the nodes of their group. Nodes never give all that their type promises: on one of 16
 * cores, of which pods can have 15.8, three workers of 4 cores fit and a quarter of the node is paid for nothing. So
 * each asks for 3.9, and may use 4.
 */
export function workerSize(dask: Dask, group: NodeGroup | undefined): WorkerSize {
  const { workerCores, workerMemoryBytes } = dask;
  const perNode = workersPerNode(dask, group);
  const cores = perNode === undefined ? workerCores : share(group?.cores, perNode, workerCores, 10);
  const mebibytes = workerMemoryBytes / 1024 ** 2;
  const room = group?.memoryBytes === undefined ? undefined : group.memoryBytes / 1024 ** 2;
  const memory = perNode === undefined ? mebibytes : share(room, perNode, mebibytes, 1);
  return {
    cores,
    coresLimit: workerCores,
    memoryBytes: Math.round(memory * 1024 ** 2),
    memoryLimitBytes: workerMemoryBytes,
    threads: Math.max(1, Math.round(workerCores)),
    perNode,
  };
}

/** How many fit, each giving up a little; 0: not even one. Undefined where the node's size is not known. */
export function workersPerNode(
  dask: Pick<Dask, "workerCores" | "workerMemoryBytes">,
  group: NodeGroup | undefined,
): number | undefined {
  const counts = [fitting(group?.cores, dask.workerCores), fitting(group?.memoryBytes, dask.workerMemoryBytes)].filter(
    (count) => count !== undefined,
  );
  return counts.length === 0 ? undefined : Math.min(...counts);
}

function fitting(room: number | undefined, each: number): number | undefined {
  if (room === undefined) return undefined;
  const whole = Math.floor(room / each);
  return room / (whole + 1) >= each * (1 - mostGivenUp) ? whole + 1 : whole;
}

/** An equal share of the node, rounded down, and never more than was asked for. */
function share(room: number | undefined, perNode: number, asked: number, steps: number): number {
  if (room === undefined || perNode === 0) return asked;
  return Math.min(asked, Math.max(1 / steps, Math.floor((room / perNode) * steps) / steps));
}

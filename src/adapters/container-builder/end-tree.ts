import type { MarkedProcess, Processes } from "../../ports/processes.ts";
import { listProcesses, readMarker } from "../processes/proc-table.ts";

const mostRounds = 50;

/**
 * Ends every process that has the marker, and every process that one of those started: a step of a build knows nothing of
 * the marker, and outlives a builder that is killed alone.
 */
export async function endTree(marker: string, processes: Pick<Processes, "stop">): Promise<void> {
  for (let round = 0; round < mostRounds; round++) {
    const all = await listProcesses(async (pid) => (await readMarker(pid)) ?? "");
    const marked = all.filter((process) => process.marker.startsWith(marker));
    if (marked.length === 0) return;
    await processes.stop(withDescendants(marked, all), 0);
  }
}

function withDescendants(found: readonly MarkedProcess[], all: readonly MarkedProcess[]): readonly MarkedProcess[] {
  const pids = new Set(found.map(({ pid }) => pid));
  const children = all.filter(({ pid, parent }) => pids.has(parent) && !pids.has(pid));
  return children.length === 0 ? found : withDescendants([...found, ...children], all);
}

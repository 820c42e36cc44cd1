import type { Processes } from "../../ports/processes.ts";

const mostRounds = 20;

/**
 * Ends what a killed command left running under a marker. One that is just starting another when it is looked at leaves
 * that one behind, so it looks again until there is none.
 */
export async function endMarked(marker: string, processes: Pick<Processes, "findMarked" | "stop">): Promise<void> {
  for (let round = 0; round < mostRounds; round++) {
    const left = await processes.findMarked(marker);
    if (left.length === 0) return;
    await processes.stop(left, 0);
  }
}

import type { Pruned, PrunedThing } from "../../operate/housekeeping/prune.ts";
import { showBytes } from "./bytes.ts";

/** What was removed or would be, what is kept for a while yet, and the sum. */
export function renderPruned({ isDryRun, removed, waiting, busy }: Pruned): string {
  const freed = showBytes(sum(removed));
  const verb = isDryRun ? "would be removed" : "removed";
  return [
    ...removed.map((thing) => line(thing, verb)),
    ...waiting.map((thing) => line(thing, `kept until ${thing.until.slice(0, 16).replace("T", " ")} UTC`)),
    ...busy.map((uuid) => `fleet ${uuid} is being changed by another command: its files were left alone\n`),
    removed.length === 0
      ? "nothing to remove\n"
      : `${removed.length} ${verb}: ${freed} ${isDryRun ? "would be freed" : "freed"}\n`,
    ...(waiting.length === 0
      ? []
      : [`${showBytes(sum(waiting))} more in ${waiting.length} that nothing uses any more; at once with --now\n`]),
  ].join("");
}

function line({ kind, path, bytes }: PrunedThing, verdict: string): string {
  return `${kind.padEnd(22)}  ${showBytes(bytes).padStart(9)}  ${path}  (${verdict})\n`;
}

function sum(things: readonly PrunedThing[]): number {
  return things.reduce((bytes, thing) => bytes + thing.bytes, 0);
}

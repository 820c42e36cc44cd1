/**
 * The candidate that was probably meant, or undefined when none is close: at most a third of the letters differ, or
 * the name was cut short. Upper and lower case, dashes and underscores are not counted as differences.
 */
export function nearestName(written: string, candidates: Iterable<string>): string | undefined {
  if (written.length > 100) return undefined;
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  const plainWritten = plain(written);
  for (const candidate of candidates) {
    const distance = isStart(plainWritten, plain(candidate))
      ? 1
      : editDistance(plainWritten, plain(candidate), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return bestDistance <= Math.ceil(written.length / 3) ? best : undefined;
}

/** "did you mean "x"?" or, when nothing is close, the list of what there is. */
export function nameHint(written: string, candidates: Iterable<string>): string | undefined {
  const names = [...candidates];
  const nearest = nearestName(written, names);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `known: ${shown}, and ${names.length - 8} more` : `known: ${shown}`;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, "");
}

function isStart(written: string, candidate: string): boolean {
  return written.length >= 3 && candidate.startsWith(written);
}

/** Insertions, deletions, replacements and swaps of neighbours; gives up beyond `limit`. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    [beforeLast, last] = [last, current];
  }
  return last[right.length] ?? 0;
}

import type { BundleDocument } from "./bundle-schema.ts";

export interface UntriedPair {
  /** "pair/lab/worker" */
  readonly check: string;
  readonly why: string;
}

/** Pairs that nobody tries: an image without a lock has no environment here, and no versions to compare. */
export function untriedPairs({ images, pairs }: Pick<BundleDocument, "images" | "pairs">): readonly UntriedPair[] {
  return pairs.flatMap(({ notebook, worker }) => {
    const without = [notebook, worker].find((name) => images[name]?.lock === undefined);
    if (without === undefined || notebook === worker) return [];
    const isTaken = images[without]?.from !== undefined;
    const why = `${without} ${isTaken ? "is taken from a registry as it is" : "has no lock"}`;
    return [{ check: `pair/${notebook}/${worker}`, why }];
  });
}

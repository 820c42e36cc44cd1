import type { PlacedRecord } from "../evidence/read-records.ts";

export interface GoodBundle {
  readonly digest: string;
  /** Place of the newest record that says so. */
  readonly sequence: number;
}

/**
 * The bundles that a hub did well with, the latest first: those that were put on it, checked, and kept. Going back to one
 * of them asks no gate.
 */
export function goodBundles(records: Iterable<PlacedRecord>, hub: string): readonly GoodBundle[] {
  const found = new Map<string, number>();
  for (const { record, sequence } of records) {
    const { hub: about, bundle } = record.subject;
    if (about !== hub || bundle === undefined) continue;
    const isGood =
      (record.kind === "apply" && record.body.result === "done") ||
      (record.kind === "observation" && record.body.verdict === "passed" && record.body.standing !== "draft");
    if (isGood) found.set(bundle, Math.max(sequence, found.get(bundle) ?? -1));
  }
  return [...found]
    .map(([digest, sequence]) => ({ digest, sequence }))
    .toSorted((one, other) => other.sequence - one.sequence);
}

/**
 * Bundles that somebody sent a hub, or its stage, back from, and that did not do well there since: `rollback` that is typed
 * again goes further back, and never forward to what it came from.
 */
export function leftBundles(
  records: Iterable<PlacedRecord>,
  { name, stage }: { readonly name: string; readonly stage: string },
): ReadonlySet<string> {
  const all = [...records];
  const good = new Map(goodBundles(all, name).map(({ digest, sequence }) => [digest, sequence]));
  return new Set(
    all.flatMap(({ record, sequence }) => {
      const { hub, stage: of } = record.subject;
      const isBack =
        (record.kind === "rollback" && hub === name) ||
        (record.kind === "promotion" && record.body.how === "rollback" && of === stage);
      const from = isBack ? record.body.from?.digest : undefined;
      return from === undefined || (good.get(from) ?? -1) > sequence ? [] : [from];
    }),
  );
}

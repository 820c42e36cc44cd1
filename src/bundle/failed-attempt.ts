import type { PlacedRecord } from "../evidence/read-records.ts";

/** A hub that was given a bundle and did not do well with it, as it is on record. */
export interface FailedAttempt {
  readonly at: number;
  /** "kernel: no kernel; dask: …": what the steps of its check said, or why the bundle could not be put in place. */
  readonly words: string;
  /** The record that says so. */
  readonly record: string;
}

/** The latest attempt at a bundle on a hub, when it failed. */
export function failedAttempt(
  records: Iterable<PlacedRecord>,
  { hub, bundle }: { readonly hub: string; readonly bundle: string },
): FailedAttempt | undefined {
  const own = [...records]
    .filter(({ record: { subject } }) => subject.hub === hub && subject.bundle === bundle)
    .toSorted((one, other) => one.sequence - other.sequence);
  const last = own.findLastIndex(({ record }) => record.kind === "apply");
  const applied = own[last];
  if (applied?.record.kind !== "apply" || applied.record.body.result !== "failed") return undefined;
  const before = own.slice(0, last).findLastIndex(({ record }) => record.kind === "apply");
  // The check's records are written together with that of the attempt, before it.
  const steps = own.slice(before + 1, last).flatMap(({ record }) => {
    if (record.kind !== "check" || record.body.verdict !== "failed") return [];
    const { check, summary = "failed" } = record.body;
    return [check === "hub" ? summary : `${check}: ${summary}`];
  });
  const words = steps.length > 0 ? steps.join("; ") : (applied.record.body.summary ?? "no reason was given");
  return { at: Date.parse(applied.record.at.time), words, record: applied.name };
}

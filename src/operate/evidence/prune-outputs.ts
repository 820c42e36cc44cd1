import { readDeployed } from "../../bundle/deployed.ts";
import type { PlacedRecord } from "../../evidence/read-records.ts";
import { stateLayout } from "../../evidence/state-layout.ts";

/** A file that somebody looked at, or that a check printed. */
export interface OldOutput {
  /** SHA-256 of its bytes, by which records name it. */
  readonly digest: string;
  readonly path: string;
  readonly bytes: number;
  /** When a record named it last; undefined: none does. */
  readonly namedAt: Date | undefined;
}

export interface OldOutputs {
  readonly old: readonly OldOutput[];
  /** Others that are there. */
  readonly kept: number;
}

/**
 * Chooses the outputs that may go: all records that name one are older, and none is about a bundle that a stage or hub runs.
 * Records stay, with the digest, so that whoever kept the file can still show that it is the one. Pure.
 */
export function findOldOutputs(
  files: ReadonlyMap<string, string>,
  { records, before }: { readonly records: Iterable<PlacedRecord>; readonly before: Date },
): OldOutputs {
  const running = runningBundles(files);
  const named = Map.groupBy(
    [...records].flatMap((one) => digestsOf(one).map((digest) => ({ digest, one }))),
    ({ digest }) => digest,
  );
  const outputs = [...files].flatMap(([path, text]): (OldOutput & { readonly isRunning: boolean })[] => {
    if (!path.startsWith(stateLayout.outputs)) return [];
    const digest = path.slice(stateLayout.outputs.length).replace(/\.base64$/, "");
    const by = (named.get(digest) ?? []).map(({ one: { record } }) => record);
    const last = by.reduce((latest, { at }) => Math.max(latest, Date.parse(at.time)), Number.NEGATIVE_INFINITY);
    const isRunning = by.some(({ subject }) => subject.bundle !== undefined && running.has(subject.bundle));
    const namedAt = Number.isFinite(last) ? new Date(last) : undefined;
    return [{ digest, path, bytes: Buffer.byteLength(text), namedAt, isRunning }];
  });
  const old = outputs.filter(
    ({ namedAt, isRunning }) => !isRunning && (namedAt === undefined || namedAt.getTime() < before.getTime()),
  );
  return { old: old.map(({ isRunning: _isRunning, ...output }) => output), kept: outputs.length - old.length };
}

function digestsOf({ record }: PlacedRecord): readonly string[] {
  if (record.kind === "tick") return record.body.attachment === undefined ? [] : [record.body.attachment];
  return record.kind === "check" && record.body.output !== undefined ? [record.body.output] : [];
}

function runningBundles(files: ReadonlyMap<string, string>): ReadonlySet<string> {
  const { stages, hubs } = readDeployed(files);
  return new Set([...Object.values(stages), ...Object.values(hubs)].map(({ digest }) => digest));
}

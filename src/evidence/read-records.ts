import type { HubfleetError } from "../errors/hubfleet-error.ts";
import { fromUnknown } from "../errors/from-unknown.ts";
import {
  type EvidenceRecord,
  parseRecord,
  type RecordDraft,
  understandRecord,
  writeRecord,
  type WrittenRecord,
} from "./record.ts";
import { stateLayout } from "./state-layout.ts";

export interface ReadRecords {
  /** By name, those before others first. */
  readonly records: ReadonlyMap<string, PlacedRecord>;
  /** Records that no other follows, sorted. What is written next follows them all. */
  readonly heads: readonly string[];
  /** Names that records follow and that are not there. */
  readonly missing: readonly string[];
  readonly problems: readonly HubfleetError[];
}

export interface PlacedRecord extends WrittenRecord {
  /**
   * How many records came before it at least, one after the other. No clock decides it, and nothing that is added
   * later changes it: what follows a record has a higher one. Two with the same were written without knowing each other.
   */
  readonly sequence: number;
}

/** Reads all evidence of a snapshot. The order of the files is nothing; every problem is found, and no record guessed. */
export function readRecords(files: ReadonlyMap<string, string>): ReadRecords {
  const paths = [...files.keys()].filter((path) => path.startsWith(stateLayout.evidence)).sort();
  return readEach(paths, (path) => parseRecord(path, files.get(path) ?? ""));
}

/** The same of records whose bytes are known to be whole. */
export function readWholeRecords(
  records: Iterable<Omit<WrittenRecord, "record"> & { readonly value: object }>,
): ReadRecords {
  return readEach(records, ({ value, ...rest }) => ({ ...rest, record: understandRecord(rest.path, value) }));
}

function readEach<Source>(sources: Iterable<Source>, read: (source: Source) => WrittenRecord): ReadRecords {
  const written = new Map<string, WrittenRecord>();
  const problems: HubfleetError[] = [];
  for (const source of sources) {
    try {
      const record = read(source);
      written.set(record.name, record);
    } catch (error) {
      problems.push(...fromUnknown(error));
    }
  }
  const parents = new Set([...written.values()].flatMap(({ record }) => record.parents));
  return {
    records: placeRecords(written),
    heads: [...written.keys()].filter((name) => !parents.has(name)).sort(),
    missing: [...parents].filter((name) => !written.has(name)).sort(),
    problems,
  };
}

/** Files of new records, each following the one before it and the first following the heads. Pure. */
export function appendRecords(heads: readonly string[], drafts: readonly RecordDraft[]): readonly WrittenRecord[] {
  const appended: WrittenRecord[] = [];
  for (const draft of drafts) {
    const before = appended.at(-1);
    appended.push(writeRecord(draft, before === undefined ? heads : [before.name]));
  }
  return appended;
}

/** Walks without recursion: a line of a hundred thousand records is deeper than the stack. */
function placeRecords(written: ReadonlyMap<string, WrittenRecord>): ReadonlyMap<string, PlacedRecord> {
  const placed = new Map<string, PlacedRecord>();
  const waitsFor = new Map<string, number>();
  const followers = new Map<string, string[]>();
  const ready: string[] = [];
  for (const [name, { record }] of written) {
    const known = record.parents.filter((parent) => written.has(parent));
    waitsFor.set(name, known.length);
    if (known.length === 0) ready.push(name);
    for (const parent of known) {
      const list = followers.get(parent);
      if (list === undefined) followers.set(parent, [name]);
      else list.push(name);
    }
  }
  // Names are digests of what names their parents, so that there are no circles.
  for (let index = 0; index < ready.length; index += 1) {
    const name = ready[index] ?? "";
    const record = written.get(name);
    if (record === undefined) continue;
    placed.set(name, { ...record, sequence: sequenceOf(record.record, placed) });
    for (const follower of followers.get(name) ?? []) {
      const left = (waitsFor.get(follower) ?? 0) - 1;
      waitsFor.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  return placed;
}

function sequenceOf({ parents }: EvidenceRecord, placed: ReadonlyMap<string, PlacedRecord>): number {
  return Math.max(-1, ...parents.map((parent) => placed.get(parent)?.sequence ?? -1)) + 1;
}

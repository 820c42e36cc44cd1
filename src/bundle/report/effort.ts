import type { PlacedRecord } from "../../evidence/read-records.ts";
import { countDeeds, type DeedCount, isDeed } from "./deeds.ts";
import { sittingsOf } from "./sittings.ts";
import { type Wait, waitsOf } from "./waits.ts";

export interface EffortInput {
  readonly records: readonly PlacedRecord[];
  /** By digest. */
  readonly bundles: ReadonlyMap<string, ReportedBundle>;
  /** Milliseconds since 1970, as all moments here. */
  readonly since: number;
  readonly until: number;
}

export interface ReportedBundle {
  readonly id: string;
  readonly madeAt: number;
}

/** What operating a fleet took, as far as records can tell. */
export interface Effort {
  readonly since: number;
  readonly until: number;
  /** Records of that time. */
  readonly records: number;
  /** Of these deeds, those whose name nobody proved. */
  readonly claimed: number;
  readonly deeds: readonly DeedCount[];
  /** Who did any of it, people first. */
  readonly doers: readonly string[];
  readonly people: readonly PersonEffort[];
  readonly waits: readonly Wait[];
}

export interface PersonEffort {
  readonly id: string;
  /** Days, in UTC, on which they did something that is recorded. */
  readonly days: number;
  readonly sittings: number;
  /** From the first record of each sitting to its last: it took them at least this. */
  readonly atLeastMilliseconds: number;
  /** What they wrote down themselves (`report spent`). */
  readonly writtenMinutes: number;
  readonly written: readonly { readonly at: number; readonly minutes: number; readonly on: string }[];
}

/** Sums up the records of a time. Pure. */
export function sumEffort({ records: all, bundles, since, until }: EffortInput): Effort {
  const records = all.filter(({ record }) => isBetween(Date.parse(record.at.time), { since, until }));
  const deeds = records.filter(isDeed);
  const doers = [...new Set(deeds.map(({ record }) => record.who.id))].toSorted(peopleFirst);
  return {
    since,
    until,
    records: records.length,
    claimed: deeds.filter(({ record }) => record.who.known === "claimed").length,
    deeds: countDeeds(deeds),
    doers,
    people: doers.filter((id) => !isNobody(id)).map((id) => effortOf(id, deeds)),
    waits: waitsOf(all, { bundles, since, until }),
  };
}

/** What happens by itself, or is done by nobody in particular. */
export function isNobody(id: string): boolean {
  return id === "ci" || id === "unnamed";
}

function effortOf(id: string, deeds: readonly PlacedRecord[]): PersonEffort {
  const own = deeds.filter(({ record }) => record.who.id === id);
  const written = own.flatMap(({ record }) =>
    record.kind === "spent" ? [{ at: Date.parse(record.at.time), ...record.body }] : [],
  );
  // Writing it down is not what it took.
  const moments = own.filter(({ record }) => record.kind !== "spent").map(({ record }) => Date.parse(record.at.time));
  const sittings = sittingsOf(moments);
  return {
    id,
    days: new Set(moments.map((at) => new Date(at).toISOString().slice(0, 10))).size,
    sittings: sittings.length,
    atLeastMilliseconds: sittings.reduce((sum, { from, to }) => sum + (to - from), 0),
    writtenMinutes: written.reduce((sum, { minutes }) => sum + minutes, 0),
    written,
  };
}

function isBetween(at: number, { since, until }: Pick<EffortInput, "since" | "until">): boolean {
  return at >= since && at < until;
}

function peopleFirst(one: string, other: string): number {
  return Number(isNobody(one)) - Number(isNobody(other)) || (one < other ? -1 : 1);
}

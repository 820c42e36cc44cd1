import type { CheckRecord, Observation, PartName, Parts } from "./gate-evidence.ts";
import type { GateHub, GateStage } from "./gate-input.ts";
import type { EvidenceIndex } from "./index-evidence.ts";
import { mapEntry } from "./map-entry.ts";
import type { PartLog } from "./part-logs.ts";
import type { RowSoaks } from "./row-soaks.ts";

/**
 * The hubs of a stage beside the parts that they run. From bundle to bundle most parts stay as they are, so that what was
 * seen of one is found once, for all hubs together, and kept by its digest.
 */
export interface StageTable {
  /** In the order of the stage. */
  readonly hubs: readonly TableHub[];
  readonly byName: readonly TableHub[];
  readonly parts: readonly PartName[];
  /** What was seen of a bundle's parts, in their order; undefined: the bundle does not have the part. */
  rows(bundleParts: Parts): readonly (StageRow | undefined)[];
}

export interface TableHub {
  readonly name: string;
  /** Its place in rows. */
  readonly index: number;
  /** The parts that it runs, in its order, by their places in the table. */
  readonly parts: readonly number[];
}

/** One part in one version. */
export interface StageRow {
  readonly part: PartName;
  readonly digest: string;
  /** By the hubs' places. */
  readonly logs: readonly PartLog[];
  /** Undefined: there is none. */
  readonly checks: readonly (readonly CheckRecord[] | undefined)[];
  /** The places of the hubs that run the part, by whether they were ever found unwell with it. */
  readonly wellOn: readonly number[];
  readonly failedOn: readonly number[];
  /** How far it has soaked, as far as that was worked out. */
  soaks: RowSoaks | undefined;
}

/** The table of a stage; the one that was made for the bundle before, while the hubs and what they run are the same. */
export function stageTable({ name, hubs }: GateStage, { tables, logs }: EvidenceIndex): StageTable {
  const known = tables.get(name);
  if (known !== undefined && isSameHubs(known.hubs, hubs)) return known.table;
  const table = createTable(hubs, logs);
  tables.set(name, { hubs, table });
  return table;
}

/** Whether a record of a hub names the part in this version. To find it in a short list is quicker than to compare texts. */
export function isOfRow<One extends Observation | CheckRecord>(
  record: One,
  { part, digest }: StageRow,
  list: readonly One[] | undefined,
): boolean {
  return list !== undefined && list.length < 50 ? list.includes(record) : record.parts[part] === digest;
}

/** Tables by stage, with the hubs that they were made for. */
export type StageTables = Map<string, { readonly hubs: readonly GateHub[]; readonly table: StageTable }>;

function createTable(hubs: readonly GateHub[], logs: EvidenceIndex["logs"]): StageTable {
  const parts = [...new Set(hubs.flatMap((hub) => hub.parts))];
  const places = new Map(parts.map((part, place) => [part, place]));
  const tableHubs = hubs.map((hub, index): TableHub => ({
    name: hub.name,
    index,
    parts: hub.parts.map((part) => places.get(part) ?? 0),
  }));
  const versions = parts.map(() => new Map<string, StageRow>());
  const rowOf = (part: PartName, digest: string): StageRow => {
    const logOn = logs(part, digest);
    const found = hubs.map(({ name }) => logOn(name));
    const users = tableHubs.map(({ index }) => index).filter((index) => hubs[index]?.parts.includes(part));
    return {
      part,
      digest,
      logs: found,
      checks: found.map(({ checks }) => (checks.length === 0 ? undefined : checks)),
      wellOn: users.filter((index) => found[index]?.failed.length === 0),
      failedOn: users.filter((index) => found[index]?.failed.length !== 0),
      soaks: undefined,
    };
  };
  return {
    hubs: tableHubs,
    byName: tableHubs.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    parts,
    rows: (bundleParts) =>
      versions.map((rows, place) => {
        const part = parts[place] ?? "";
        const digest = bundleParts[part];
        return digest === undefined ? undefined : mapEntry(rows, digest, () => rowOf(part, digest));
      }),
  };
}

function isSameHubs(ones: readonly GateHub[], others: readonly GateHub[]): boolean {
  if (ones === others) return true;
  return ones.length === others.length && ones.every((one, index) => isSameHub(one, others[index]));
}

function isSameHub(one: GateHub, other: GateHub | undefined): boolean {
  if (other === undefined || one.name !== other.name) return false;
  return (
    one.parts === other.parts ||
    (one.parts.length === other.parts.length && one.parts.every((part, index) => part === other.parts[index]))
  );
}

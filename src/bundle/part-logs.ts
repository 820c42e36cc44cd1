import type { CheckRecord, Observation, PartName, Parts } from "./gate-evidence.ts";
import { mapEntry } from "./map-entry.ts";

/** What was recorded of a part in one version, on one hub, or of parts by themselves. */
export interface PartLog {
  /** Observations that say something; those that came to nothing are left out. */
  readonly passed: readonly Observation[];
  readonly failed: readonly Observation[];
  readonly checks: readonly CheckRecord[];
}

export const emptyLog: PartLog = { passed: [], failed: [], checks: [] };

export interface PartLogs {
  readonly add: (record: Observation | CheckRecord) => void;
  /** Of a hub; `undefined`: of parts by themselves. */
  readonly logs: (part: PartName, digest: string) => (hub: string | undefined) => PartLog;
}

/** Records by part and digest, which are the same for whole stages and many bundles, then by hub. */
export function createPartLogs(): PartLogs {
  const parts = new Map<PartName, Map<string, HubLogs>>();
  const latest = new Map<string | undefined, Situation>();
  const place = (hub: string | undefined, named: Parts, names: readonly PartName[]): Situation => {
    const logs = names.map((part) => {
      const versions = mapEntry(parts, part, () => new Map<string, HubLogs>());
      const hubs = mapEntry(versions, named[part] ?? "", (): HubLogs => new Map());
      return mapEntry(hubs, hub, newLog);
    });
    return { parts: named, logs };
  };
  return {
    add: (record) => {
      const { hub, parts: named } = record;
      const names = Object.keys(named);
      const known = latest.get(hub);
      const { logs } = known !== undefined && isSame(known, named, names) ? known : place(hub, named, names);
      if (logs !== known?.logs) latest.set(hub, { parts: named, logs });
      if (record.kind === "check") for (const { checks } of logs) checks.push(record);
      else if (record.verdict === "passed") for (const { passed } of logs) passed.push(record);
      else if (record.verdict === "failed") for (const { failed } of logs) failed.push(record);
    },
    logs: (part, digest) => {
      const hubs = parts.get(part)?.get(digest);
      return (hub) => hubs?.get(hub) ?? emptyLog;
    },
  };
}

interface Log extends PartLog {
  readonly passed: Observation[];
  readonly failed: Observation[];
  readonly checks: CheckRecord[];
}

type HubLogs = Map<string | undefined, Log>;

/** What a hub ran when it was last written of, and where that went: most often the next record is of the same. */
interface Situation {
  readonly parts: Parts;
  readonly logs: readonly Log[];
}

function newLog(): Log {
  return { passed: [], failed: [], checks: [] };
}

function isSame({ parts, logs }: Situation, named: Parts, names: readonly PartName[]): boolean {
  return parts === named || (names.length === logs.length && names.every((part) => parts[part] === named[part]));
}

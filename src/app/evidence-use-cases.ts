import { resolve } from "node:path";

import { findBundle } from "../bundle/read-bundles.ts";
import type { HubfleetError } from "../errors/hubfleet-error.ts";
import { type PlacedRecord, readRecords } from "../evidence/read-records.ts";
import { findRecord, type RecordFilter, selectRecords } from "../evidence/select-records.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import { bundleIdsByDigest } from "../operate/evidence/bundle-ids.ts";
import { exportAnchor, type AnchorExport } from "../operate/evidence/export-anchor.ts";
import { type VerifiedEvidence, verifyEvidence } from "../operate/evidence/verify-evidence.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { StateHistory } from "../ports/state-history.ts";
import type { StateRef, StateStanding } from "../ports/state-ref.ts";

/** Looking at what was recorded. None of it changes anything. */
export interface EvidenceUseCases {
  /** The records chosen, the newest first; files that are none are told beside. @throws as `BundleUseCases.show` for the bundle */
  list(options: ListOptions, signal: AbortSignal): Promise<EvidenceList>;
  /** `name`: the beginning of one. @throws HubfleetError RECORD_UNKNOWN, RECORD_AMBIGUOUS */
  show(name: string, signal: AbortSignal): Promise<ShownRecord>;
  /** Verifies all of it, and says against what. @throws as `verifyEvidence` */
  verify(options: VerifyOptions, signal: AbortSignal): Promise<VerifiedEvidence>;
  /** What to keep elsewhere, so that evidence can be verified against it later. */
  anchor(signal: AbortSignal): Promise<AnchorExport>;
}

export interface ListOptions extends Omit<RecordFilter, "bundle"> {
  /** An id, or the beginning of one. */
  readonly bundle?: string | undefined;
}

export interface VerifyOptions {
  /** The file of an anchor, or a commit. */
  readonly against: string | undefined;
  /** Make each decision of a gate once more from the records. @default false */
  readonly decisions?: boolean;
  /** Where a relative path begins. */
  readonly workingDirectory: string;
}

export interface EvidenceList {
  readonly records: readonly PlacedRecord[];
  /** How many there are besides. */
  readonly others: number;
  /** Ids of bundles by their digests. */
  readonly bundles: ReadonlyMap<string, string>;
  readonly problems: readonly HubfleetError[];
  readonly standing: StateStanding;
}

export interface ShownRecord {
  readonly record: PlacedRecord;
  /** Names of the records that follow it. */
  readonly followers: readonly string[];
  readonly bundles: ReadonlyMap<string, string>;
  readonly standing: StateStanding;
}

export interface EvidenceUseCasesProps {
  readonly state: () => Promise<StateRef>;
  readonly history: () => Promise<StateHistory>;
  readonly read: () => Promise<FleetReading>;
  readonly local: Pick<LocalWorld, "files" | "clock">;
}

export function createEvidenceUseCases(props: EvidenceUseCasesProps): EvidenceUseCases {
  const { state, history, read, local } = props;
  // A fleet with mistakes in it has evidence all the same.
  const uuid = async (): Promise<string | undefined> => (await read()).written.fleet?.value.uuid;
  return {
    list: async ({ bundle: asked, ...filter }, signal) => {
      const { files, standing } = await (await state()).read({ signal });
      const bundle = asked === undefined ? {} : { bundle: findBundle(files, asked) };
      const { records: all, problems } = readRecords(files);
      const records = selectRecords(all, { ...filter, ...bundle });
      return { records, others: all.size - records.length, bundles: bundleIdsByDigest(files), problems, standing };
    },
    show: async (name, signal) => {
      const { files, standing } = await (await state()).read({ signal });
      const { records } = readRecords(files);
      const record = findRecord(records, name);
      const followers = [...records.values()].filter((one) => one.record.parents.includes(record.name));
      const names = followers.map((one) => one.name);
      return { record, followers: names, bundles: bundleIdsByDigest(files), standing };
    },
    verify: async ({ against, decisions = false, workingDirectory }, signal) =>
      verifyEvidence({
        ...{ state: await state(), history: await history(), fleet: await uuid(), against, decisions, signal },
        people: (await read()).written.fleet?.value.people ?? [],
        readFile: (path) => readUnlessDirectory(resolve(workingDirectory, path), local),
      }),
    anchor: async (signal) =>
      exportAnchor(await (await state()).read({ signal }), { fleet: await uuid(), at: local.clock.now() }),
  };
}

/** A name may be that of a directory, and of a commit. */
async function readUnlessDirectory(
  path: string,
  { files }: EvidenceUseCasesProps["local"],
): Promise<string | undefined> {
  try {
    return await files.read(path);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "EISDIR") return undefined;
    throw thrown;
  }
}

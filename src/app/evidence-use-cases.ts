import { resolve } from "node:path";

import { findBundle } from "../bundle/read-bundles.ts";
import { type HubfleetError, HubfleetErrors } from "../errors/hubfleet-error.ts";
import { type PlacedRecord, readRecords } from "../evidence/read-records.ts";
import type { RecordDraft } from "../evidence/record.ts";
import { findRecord, type RecordFilter, selectRecords } from "../evidence/select-records.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import { bundleIdsByDigest } from "../operate/evidence/bundle-ids.ts";
import { commitChange } from "../operate/bundles/commit-change.ts";
import { recordOrigin } from "../operate/bundles/record-origin.ts";
import { createSignHead } from "../operate/bundles/sign-head.ts";
import { anchorSigner } from "../operate/evidence/anchor-signer.ts";
import { type AnchorExport, exportAnchor, signAnchor } from "../operate/evidence/export-anchor.ts";
import { findOldOutputs, type OldOutputs } from "../operate/evidence/prune-outputs.ts";
import { type VerifiedEvidence, verifyEvidence } from "../operate/evidence/verify-evidence.ts";
import type { ImageSources } from "../ports/image-sources.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { StateHistory } from "../ports/state-history.ts";
import type { StateRef, StateStanding } from "../ports/state-ref.ts";
import type { Watch } from "./use-cases.ts";

/** Looking at what was recorded. Only `prune` changes anything. */
export interface EvidenceUseCases {
  /** The records chosen, the newest first; files that are none are told beside. @throws as `BundleUseCases.show` for the bundle */
  list(options: ListOptions, signal: AbortSignal): Promise<EvidenceList>;
  /** `name`: the beginning of one. @throws HubfleetError RECORD_UNKNOWN, RECORD_AMBIGUOUS */
  show(name: string, signal: AbortSignal): Promise<ShownRecord>;
  /** Verifies all of it, and says against what. @throws as `verifyEvidence` */
  verify(options: VerifyOptions, signal: AbortSignal): Promise<VerifiedEvidence>;
  /**
   * What to keep elsewhere, so that evidence can be verified against it later. `sign`: with the person's SSH key.
   * @throws HubfleetError ANCHOR_UNSIGNED
   */
  anchor(signal: AbortSignal, options?: { readonly sign: boolean }): Promise<AnchorExport>;
  /** Removes old outputs from the branch, and says so in a record. @throws HubfleetErrors for damaged evidence */
  prune(options: PruneOutputsOptions, watch: Watch): Promise<PrunedOutputs>;
}

export interface PruneOutputsOptions {
  /** Those that were named later stay. */
  readonly before: Date;
  readonly isPlan: boolean;
}

export interface PrunedOutputs extends OldOutputs {
  readonly standing: StateStanding;
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
  readonly directory: string;
  readonly sources: () => Promise<Pick<ImageSources, "signer">>;
  readonly state: () => Promise<StateRef>;
  readonly history: () => Promise<StateHistory>;
  readonly read: () => Promise<FleetReading>;
  readonly local: Pick<LocalWorld, "files" | "clock" | "variable">;
}

export function createEvidenceUseCases(props: EvidenceUseCasesProps): EvidenceUseCases {
  const { directory, sources, state, history, read, local } = props;
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
    prune: async ({ before, isPlan }, watch) => {
      const { signal } = watch;
      const ref = await state();
      if (isPlan) {
        const { files, standing } = await ref.read({ signal });
        return { ...findOldOutputs(files, { records: readRecords(files).records.values(), before }), standing };
      }
      const fleet = await soundFleet(props);
      const { signer } = await sources();
      const identity = await signer.identity(directory);
      const origin = await recordOrigin(fleet, local, identity);
      let found: OldOutputs = { old: [], kept: 0 };
      const { snapshot } = await commitChange(
        ref,
        ({ files, evidence }) => {
          found = findOldOutputs(files, { records: evidence.records.values(), before });
          const outputs = [...new Set(found.old.map(({ digest }) => digest))].toSorted();
          if (outputs.length === 0) return "nothing";
          const record: RecordDraft = { kind: "prune", ...origin, subject: {}, body: { outputs } };
          return { records: [record], remove: found.old.map(({ path }) => path), isByHand: true };
        },
        {
          message: "old outputs removed",
          signal,
          sign: createSignHead({ directory, people: fleet.people ?? [], identity, signer, ...watch }),
        },
      );
      return { ...found, standing: snapshot.standing };
    },
    anchor: async (signal, { sign } = { sign: false }) => {
      const options = { fleet: await uuid(), at: local.clock.now() };
      const exported = exportAnchor(await (await state()).read({ signal }), options);
      if (!sign) return exported;
      const { people = [] } = (await read()).fleet ?? {};
      const signer = await anchorSigner({ directory, people, signer: (await sources()).signer, signal });
      return { ...exported, anchor: await signAnchor(exported.anchor, signer) };
    },
  };
}

async function soundFleet({ read }: Pick<EvidenceUseCasesProps, "read">): Promise<Fleet> {
  const { fleet, problems } = await read();
  if (fleet === undefined) throw new HubfleetErrors(problems);
  return fleet;
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

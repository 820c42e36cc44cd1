import { type Deployed, readDeployed, writeDeployed } from "../../bundle/deployed.ts";
import { HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { recordFiles } from "../../evidence/anchor.ts";
import { readRecords, type ReadRecords } from "../../evidence/read-records.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { StateCommitted, StateRef } from "../../ports/state-ref.ts";
import type { SignHead } from "./sign-head.ts";

/** What a change of the state is decided from. */
export interface StateNow {
  readonly files: ReadonlyMap<string, string>;
  readonly deployed: Deployed;
  readonly evidence: ReadRecords;
}

/** What is to be written: what hubs are to run from now on, and records of it, in their order. */
export interface StateWish {
  readonly deployed?: Deployed;
  readonly records?: readonly RecordDraft[];
  /** Other documents, by path. */
  readonly documents?: ReadonlyMap<string, string>;
  /** Files of outputs that are to go. */
  readonly remove?: readonly string[];
  /** A person did it, by hand: the last record is signed where they have a key for it. */
  readonly isByHand?: boolean;
}

export interface CommitChangeOptions {
  readonly message: string;
  readonly signal?: AbortSignal;
  readonly sign?: SignHead;
}

/**
 * Writes intent and records, with the anchor of these, as one commit of the state. `decide` is asked again when somebody else was faster.
 * @throws HubfleetErrors for damaged evidence; DEPLOYED_INVALID; as StateRef.commit; whatever `decide` throws. Nothing was written then
 */
export async function commitChange(
  state: StateRef,
  decide: (now: StateNow) => StateWish | "nothing" | Promise<StateWish | "nothing">,
  { sign, ...options }: CommitChangeOptions,
): Promise<StateCommitted> {
  return state.commit(async ({ files }) => {
    const evidence = readRecords(files);
    if (evidence.problems.length > 0) throw new HubfleetErrors(evidence.problems);
    const wish = await decide({ files, deployed: readDeployed(files), evidence });
    if (wish === "nothing") return "nothing";
    const { deployed, records = [], documents = new Map(), remove = [], isByHand = false } = wish;
    const signed = isByHand && sign !== undefined ? await sign(evidence.heads, records) : records;
    const written = recordFiles(evidence, signed);
    const write = new Map([...written, ...documents, ...(deployed === undefined ? [] : [writeDeployed(deployed)])]);
    return remove.length === 0 ? { write } : { write, remove };
  }, options);
}

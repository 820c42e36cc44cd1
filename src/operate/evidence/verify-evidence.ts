import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type Anchor, anchorOf, parseExportedAnchor } from "../../evidence/anchor.ts";
import { readWholeRecords, type ReadRecords } from "../../evidence/read-records.ts";
import { stateFileKind, stateLayout } from "../../evidence/state-layout.ts";
import { type Finding, shortName } from "../../evidence/verify/finding.ts";
import { type Coverage, type NamedAnchor, openFiles, verifyFiles } from "../../evidence/verify/verify-files.ts";
import { type VerifiedHistory, verifyHistory } from "../../evidence/verify/verify-history.ts";
import type { PastOfState } from "../../evidence/verify/past.ts";
import type { StateHistory } from "../../ports/state-history.ts";
import { type Signatures, verifyAnchorSignature, verifySignatures } from "./signatures.ts";
import { type VerifiedDecisions, verifyDecisions } from "./verify-decisions.ts";
import type { StateRef, StateSnapshot, StateStanding } from "../../ports/state-ref.ts";

export interface VerifyEvidenceProps {
  readonly state: StateRef;
  readonly history: StateHistory;
  /** The fleet's uuid; undefined where fleet.yaml does not say. */
  readonly fleet: string | undefined;
  readonly people: Parameters<typeof verifySignatures>[1];
  /** Make each decision of a gate once more. */
  readonly decisions: boolean;
  /** What somebody kept: the path of an anchor, or a commit. */
  readonly against: string | undefined;
  /** A file of this machine; undefined: there is none. */
  readonly readFile: (path: string) => Promise<string | undefined>;
  readonly signal: AbortSignal;
}

/** What evidence was found to be, and what that was measured by. */
export interface VerifiedEvidence {
  readonly commit: string | undefined;
  readonly evidence: ReadRecords;
  readonly heads: readonly string[];
  readonly bundles: number;
  readonly findings: readonly Finding[];
  /** What it was verified against; none: only whether it fits together. */
  readonly against: readonly VerifiedAnchor[];
  readonly history: VerifiedHistory | undefined;
  readonly signatures: Signatures;
  /** Undefined: it was not asked for. */
  readonly decisions: VerifiedDecisions | undefined;
  readonly standing: StateStanding;
}

export interface VerifiedAnchor extends Coverage {
  readonly source: "given" | "seen";
  readonly commit: string | undefined;
  /** Of an exported one, when it was made; of what was seen, since when this clone has followed the branch. */
  readonly since: Date | undefined;
  readonly signed: Kept["signed"];
}

/** What was known before, as it was named or kept. */
interface Kept {
  readonly source: "given" | "seen";
  readonly name: string;
  /** Undefined: what it knew follows from its commit. */
  readonly anchor: Anchor | undefined;
  readonly commit: string | undefined;
  readonly since: Date | undefined;
  readonly fleet: string | undefined;
  /** Who signed an exported one. */
  readonly signed: ReturnType<typeof verifyAnchorSignature>;
}

interface Anchored extends Kept {
  readonly anchor: NamedAnchor;
  /** All that was there, where it is known. */
  readonly files: ReadonlyMap<string, string> | undefined;
}

/**
 * Verifies the evidence that this clone can see: the records, how they came to be, and what was known of them before.
 * Never throws for what is wrong with them. @throws HubfleetError ANCHOR_INVALID, ANCHOR_UNKNOWN; as StateRef.read, but for
 * a branch that was rewritten, which is a finding
 */
export async function verifyEvidence(props: VerifyEvidenceProps): Promise<VerifiedEvidence> {
  const { history, fleet, people, decisions, signal } = props;
  // What was seen is asked first: reading the state moves it on.
  const kept = [await givenAnchor(props), await seenBefore(history)].filter((one) => one !== undefined);
  const past = lookAhead(history, signal);
  const { snapshot, findings: refused } = await readWhatIsThere(props);
  const { commit, files, standing } = snapshot;

  const opened = openFiles(files);
  const known = await Promise.all(kept.map((one) => lookBack(one, { ...snapshot, anchor: opened.anchor }, history)));
  const anchored = known.filter((one) => one !== undefined);
  const verified = verifyFiles(files, { fleet, anchors: anchored.map(({ anchor }) => anchor), opened });
  const commits = await past(commit);
  const own = commits && verifyHistory(commits, historyOptions(verified.records, anchored));
  const evidence = readWholeRecords(verified.records.values());
  const signatures = verifySignatures(evidence.records, people);
  const decided = decisions ? verifyDecisions(files, evidence.records) : undefined;
  const findings = [
    ...refused,
    ...verified.findings,
    ...(own?.findings ?? []),
    ...anchored.flatMap(({ files: before, anchor }) =>
      before === undefined ? [] : takenAway(before, files, anchor.name),
    ),
    ...anchored.flatMap((one) => [...otherFleet(one, fleet), ...forged(one)]),
    ...signatures.findings,
    ...(decided?.findings ?? []),
  ];
  return {
    commit,
    evidence,
    heads: verified.heads,
    bundles: [...files.keys()].filter((path) => path.startsWith(stateLayout.bundles)).length,
    findings: [...unique(findings), ...unreadable(evidence, verified.records)],
    against: anchored.flatMap(({ source, commit: at, since, signed }, index) => {
      const coverage = verified.coverage[index];
      return coverage === undefined ? [] : [{ ...coverage, source, commit: at, since, signed }];
    }),
    history: own,
    signatures,
    decisions: decided,
    standing,
  };
}

/** The history of what is here is asked for while the remote is, and once more where that has news. */
function lookAhead(
  history: StateHistory,
  signal: AbortSignal,
): (commit: string | undefined) => Promise<PastOfState | undefined> {
  const guessed = history.find(stateBranchRef).then(async (commit) => {
    return commit === undefined ? undefined : { commit, past: await history.commits(commit, signal) };
  });
  // Whoever asks for it is told what went wrong.
  guessed.catch(() => undefined);
  return async (commit) => {
    const early = await guessed;
    if (commit === undefined) return undefined;
    if (early?.commit === commit) return early.past;
    return history.commits(commit, signal);
  };
}

const stateBranchRef = "refs/heads/hubfleet/state";

function historyOptions(
  records: ReturnType<typeof verifyFiles>["records"],
  anchored: readonly Anchored[],
): Parameters<typeof verifyHistory>[1] {
  return {
    parentsOf: (record) => records.get(record)?.parents,
    anchors: anchored.flatMap(({ anchor: { name }, commit }) => (commit === undefined ? [] : [{ name, commit }])),
  };
}

async function seenBefore(history: StateHistory): Promise<Kept | undefined> {
  const seen = await history.seen();
  if (seen === undefined) return undefined;
  return {
    source: "seen",
    ...seen,
    name: "what this clone saw before",
    anchor: undefined,
    fleet: undefined,
    signed: undefined,
  };
}

async function givenAnchor({ against, readFile, history, people }: VerifyEvidenceProps): Promise<Kept | undefined> {
  if (against === undefined) return undefined;
  const text = await readFile(against);
  if (text === undefined) {
    const commit = await history.find(against);
    if (commit === undefined) throw unknownAnchor(against);
    const name = `commit ${shortName(commit)}`;
    return { source: "given", name, commit, since: undefined, anchor: undefined, fleet: undefined, signed: undefined };
  }
  const exported = parseExportedAnchor(text, against);
  const { heads, records, commit, at, fleet } = exported;
  const since = at === undefined ? undefined : new Date(at);
  const signed = verifyAnchorSignature(exported, people);
  return { source: "given", name: against, commit, since, anchor: { heads, records }, fleet, signed };
}

/** What was there at its commit is read where this clone has it, and only when it is another than now. */
async function lookBack(
  kept: Kept,
  snapshot: Pick<StateSnapshot, "commit" | "files"> & { readonly anchor: Anchor },
  history: StateHistory,
): Promise<Anchored | undefined> {
  const { commit, name } = kept;
  const isHere = commit !== undefined && (commit === snapshot.commit || (await history.find(commit)) === commit);
  const before = isHere && commit !== snapshot.commit ? await history.files(commit) : snapshot.files;
  if (kept.anchor === undefined && !isHere) return undefined;
  const anchor = kept.anchor ?? (before === snapshot.files ? snapshot.anchor : anchorOf(before));
  if (kept.anchor === undefined && anchor.records === 0 && kept.source === "given") throw emptyAnchor(commit ?? name);
  return { ...kept, anchor: { ...anchor, name }, files: isHere ? before : undefined };
}

/** A branch that does not follow what was seen is a finding, and what this clone has is looked at. */
async function readWhatIsThere({
  state,
  signal,
}: VerifyEvidenceProps): Promise<{ readonly snapshot: StateSnapshot; readonly findings: readonly Finding[] }> {
  try {
    return { snapshot: await state.read({ signal }), findings: [] };
  } catch (thrown) {
    if (!(thrown instanceof HubfleetError) || !["STATE_REWRITTEN", "STATE_DELETED"].includes(thrown.code)) throw thrown;
    const words = [thrown.message, thrown.hint].filter((part) => part !== undefined).join("; ");
    const snapshot = await state.read({ isOffline: true, signal });
    return { snapshot, findings: [{ kind: "rewritten", at: "the remote", words }] };
  }
}

/** Files that are never rewritten and were there before: each is there, to the byte. */
function takenAway(
  before: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, string>,
  name: string,
): readonly Finding[] {
  return [...before].flatMap(([path, text]): readonly Finding[] => {
    if (stateFileKind(path) !== "record" || files.get(path) === text) return [];
    return files.has(path)
      ? [{ kind: "changed-since", at: path, words: `${name} had it otherwise` }]
      : [{ kind: "taken-away", at: path, words: `${name} had it` }];
  });
}

/** An anchor that somebody changed says nothing. */
function forged({ anchor, signed }: Anchored): readonly Finding[] {
  if (signed !== "forged") return [];
  return [{ kind: "bad-signature", at: anchor.name, words: "the anchor's signature is not one of what it says" }];
}

function otherFleet({ anchor, fleet }: Anchored, own: string | undefined): readonly Finding[] {
  if (fleet === undefined || own === undefined || fleet === own) return [];
  return [{ kind: "foreign", at: anchor.name, words: `it is an anchor of another fleet: ${fleet}` }];
}

/** Whole, and of a kind or with keys that this hubfleet does not know. */
function unreadable(
  { records, problems }: ReadRecords,
  opened: ReturnType<typeof verifyFiles>["records"],
): readonly Finding[] {
  return [...opened.values()]
    .filter(({ name }) => !records.has(name))
    .map(({ path }) => {
      const words = problems.find(({ message }) => message.includes(path))?.message;
      return { kind: "unreadable", at: path, words: words ?? "this hubfleet does not understand it" };
    });
}

function unique(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.kind} ${finding.at} ${finding.words}`, finding])).values()];
}

function unknownAnchor(against: string): HubfleetError {
  return new HubfleetError("ANCHOR_UNKNOWN", {
    message: `"${against}" is no file here, and no commit that this repository has`,
    hint: "give what `hubfleet evidence anchor` printed, or a commit of the branch hubfleet/state",
  });
}

function emptyAnchor(against: string): HubfleetError {
  return new HubfleetError("ANCHOR_UNKNOWN", {
    message: `${shortName(against)} has no evidence: it is no commit of the branch hubfleet/state`,
    hint: "git log hubfleet/state shows those that are",
  });
}

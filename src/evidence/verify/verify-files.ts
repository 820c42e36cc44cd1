import { type Anchor, anchorText, anchorOf } from "../anchor.ts";
import { recordsBefore } from "../records-before.ts";
import { stateLayout } from "../state-layout.ts";
import { type Finding, shortName } from "./finding.ts";
import { openRecords, type OpenedRecord } from "./open-records.ts";
import { verifyBundles } from "./verify-bundles.ts";

export interface VerifyFilesOptions {
  /** The fleet's uuid. Undefined: that of most records. */
  readonly fleet: string | undefined;
  readonly anchors: readonly NamedAnchor[];
  /** The files' records and anchor where they were looked at already. */
  readonly opened?: OpenedFiles;
}

export interface OpenedFiles extends ReturnType<typeof openRecords> {
  /** Of what is there. */
  readonly anchor: Anchor;
}

/** Looks at each record by itself, once. */
export function openFiles(files: ReadonlyMap<string, string>): OpenedFiles {
  const opened = openRecords(files);
  const parents = new Map([...opened.records.values()].map((record) => [record.path, record.parents]));
  return { ...opened, anchor: anchorOf(files, (path) => parents.get(path)) };
}

export interface NamedAnchor extends Anchor {
  /** Where it comes from, for people. */
  readonly name: string;
}

/** How much of the evidence an anchor speaks for. */
export interface Coverage {
  readonly anchor: NamedAnchor;
  /** Its records that are there, whole. */
  readonly covered: number;
  /** Records that came after: they follow one of its heads. */
  readonly after: number;
  /** Records that were written beside it, by somebody who did not know its heads yet. */
  readonly beside: number;
}

export interface VerifiedFiles {
  readonly records: ReadonlyMap<string, OpenedRecord>;
  readonly heads: readonly string[];
  readonly findings: readonly Finding[];
  readonly coverage: readonly Coverage[];
}

/**
 * Verifies evidence as files, whoever holds them: each by itself, all together, and against anchors. Pure. Relative to an
 * anchor every edit, removal and reordering of what it knew is found; without one, whatever does not fit together.
 */
export function verifyFiles(
  files: ReadonlyMap<string, string>,
  { fleet, anchors, opened = openFiles(files) }: VerifyFilesOptions,
): VerifiedFiles {
  const { records, anchor: found } = opened;
  const own = fleet ?? fleetOfMost(records);
  const judged = anchors.map((anchor) => judgeAnchor(anchor, records));
  return {
    records,
    heads: found.heads,
    findings: [
      ...opened.findings,
      ...foreignOnes(records, own),
      ...missingOnes(records),
      ...replayedOnes(records),
      ...judgeOwnAnchor(files.get(stateLayout.anchor), found),
      ...judged.flatMap(({ findings }) => findings),
      ...verifyBundles(files, records),
    ],
    coverage: judged.map(({ coverage }) => coverage),
  };
}

type Records = ReadonlyMap<string, OpenedRecord>;

function foreignOnes(records: Records, own: string | undefined): readonly Finding[] {
  return [...records.values()]
    .filter(({ fleet }) => fleet !== own)
    .map(({ path, fleet }) => ({ kind: "foreign", at: path, words: `it is of another fleet: ${fleet}` }));
}

function missingOnes(records: Records): readonly Finding[] {
  const gone = new Map<string, string>();
  for (const { name, parents } of records.values()) {
    for (const parent of parents) if (!records.has(parent)) gone.set(parent, name);
  }
  return [...gone].map(([name, follower]) => ({
    kind: "missing",
    at: name,
    words: `${shortName(follower)} follows it, and it is not there`,
  }));
}

/** The same word to the millisecond, at another place: somebody's yes, said once more for them. */
function replayedOnes(records: Records): readonly Finding[] {
  const first = new Map<string, OpenedRecord>();
  return [...records.values()].flatMap((record): readonly Finding[] => {
    const said = record.text.replace(/"parents":\[[^\]]*\],/, "");
    const other = first.get(said);
    if (other === undefined) first.set(said, record);
    return other === undefined
      ? []
      : [{ kind: "replayed", at: record.path, words: `it says what ${shortName(other.name)} says` }];
  });
}

function judgeOwnAnchor(text: string | undefined, found: Anchor): readonly Finding[] {
  if (text === undefined && found.records === 0) return [];
  if (text === anchorText(found)) return [];
  const words =
    text === undefined
      ? "it is not there, though there are records"
      : `it does not say that there are ${found.records} records, and which are the last ones`;
  return [{ kind: "own-anchor", at: stateLayout.anchor, words }];
}

function judgeAnchor(
  anchor: NamedAnchor,
  records: Records,
): { readonly findings: readonly Finding[]; readonly coverage: Coverage } {
  const known = recordsBefore(anchor.heads, (name) => records.get(name));
  const lost = anchor.heads.filter((head) => !records.has(head));
  const findings: Finding[] = lost.map((head) => ({
    kind: "lost",
    at: head,
    words: `${anchor.name} has it as a last record, and it is not there: the end was cut off or written anew`,
  }));
  if (lost.length === 0 && known.size !== anchor.records) {
    const words = `${anchor.name} counts ${anchor.records} records, and there are ${known.size} of them`;
    findings.push({ kind: "miscounted", at: anchor.heads[0] ?? "", words });
  }
  // What nothing comes before belongs to the history that the anchor knew, as far as that is whole, or to another one.
  if (anchor.heads.length > 0 && findings.length === 0) {
    for (const { name, path, parents } of records.values()) {
      if (parents.length > 0 || known.has(name)) continue;
      findings.push({ kind: "unrelated", at: path, words: `it follows nothing that ${anchor.name} knew` });
    }
  }
  const others = [...records.keys()].filter((name) => !known.has(name));
  const after = others.length === 0 ? new Set<string>() : followersOf(anchor.heads, records);
  const afterwards = others.filter((name) => after.has(name)).length;
  const coverage = { anchor, covered: known.size, after: afterwards, beside: others.length - afterwards };
  return { findings, coverage };
}

/** Records that follow one of these, at whatever distance. */
function followersOf(heads: readonly string[], records: Records): ReadonlySet<string> {
  const followers = Map.groupBy(
    [...records.values()].flatMap(({ name, parents }) => parents.map((parent) => ({ name, parent }))),
    ({ parent }) => parent,
  );
  const seen = new Set<string>();
  const waiting = [...heads];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const follower of followers.get(name) ?? []) {
      if (seen.has(follower.name)) continue;
      seen.add(follower.name);
      waiting.push(follower.name);
    }
  }
  return seen;
}

function fleetOfMost(records: Records): string | undefined {
  const fleets = Map.groupBy(records.values(), ({ fleet }) => fleet);
  return [...fleets].sort(
    ([one, some], [other, others]) => others.length - some.length || (one < other ? -1 : 1),
  )[0]?.[0];
}

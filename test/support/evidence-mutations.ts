import { canonicalJson } from "../../src/evidence/canonical-json.ts";
import { anchorOf } from "../../src/evidence/anchor.ts";
import { readRecords } from "../../src/evidence/read-records.ts";
import { recordPath, writeRecord, type WrittenRecord } from "../../src/evidence/record.ts";
import { stateLayout } from "../../src/evidence/state-layout.ts";
import { anObservation, otherUuid } from "./evidence-files.ts";
import {
  anchored,
  commitOf,
  type Files,
  type MadeCommit,
  type MadeEvidence,
  makeEvidence,
  sha256,
  withRecords,
} from "./evidence-history.ts";
import type { Random } from "./random.ts";

/** Evidence that somebody worked on; undefined: what was drawn would have changed nothing. */
export interface Mutated {
  readonly kind: string;
  /** The commit that the branch is at then. */
  readonly tip: MadeCommit;
  /** Files alone have to tell of it; else Git's history. */
  readonly isInFiles: boolean;
}

/**
 * One thing that somebody could do to evidence who may push to the branch, and knows how hubfleet writes it: what hangs on
 * what was changed is mostly made to fit again, with the branch's own anchor.
 */
export function mutate(evidence: MadeEvidence, random: Random): Mutated | undefined {
  const [kind, change] = random.pick(Object.entries(mutations));
  return change(evidence, random, kind);
}

type Mutation = (evidence: MadeEvidence, random: Random, kind: string) => Mutated | undefined;

/** Pushed as one more commit, or as the only one. */
function inFiles(change: (files: Files, evidence: MadeEvidence, random: Random) => Files | undefined): Mutation {
  return (evidence, random, kind) => {
    const files = change(evidence.tip.files, evidence, random);
    if (files === undefined || isSame(files, evidence.tip.files)) return undefined;
    const isOnTop = random.below(2) === 0;
    return { kind, tip: commitOf(isOnTop ? [evidence.tip] : [], files), isInFiles: true };
  };
}

/** The files alone do not tell of it. */
function inHistory(change: (evidence: MadeEvidence, random: Random) => MadeCommit | undefined): Mutation {
  return (evidence, random, kind) => {
    const tip = change(evidence, random);
    return tip === undefined || tip.id === evidence.tip.id ? undefined : { kind, tip, isInFiles: false };
  };
}

const mutations: Readonly<Record<string, Mutation>> = {
  "a byte of a record is changed": inFiles((files, { records }, random) => {
    const { path, text } = random.pick(records);
    const at = random.below(text.length);
    const other = String.fromCodePoint(32 + random.below(95));
    return put(files, path, text.slice(0, at) + other + text.slice(at + 1));
  }),
  "a byte of a record is added or taken away": inFiles((files, { records }, random) => {
    const { path, text } = random.pick(records);
    const at = random.below(text.length);
    return put(files, path, text.slice(0, at) + random.pick(["", " ", "0"]) + text.slice(at + random.below(2)));
  }),
  "a record is edited and named for its new bytes": inFiles((files, { records }, random) => {
    const record = random.pick(records);
    return maybeAnchored(withRecords(without(files, record), [edited(record)]), random);
  }),
  "a record is edited and all that follow are written anew": inFiles((files, { records }, random) =>
    rechained(files, records, { change: random.below(records.length) }),
  ),
  "a record is deleted": inFiles((files, { records }, random) =>
    maybeAnchored(without(files, random.pick(records)), random),
  ),
  "a record is deleted and all that follow are written anew": inFiles((files, { records }, random) =>
    rechained(files, records, { leaveOut: random.below(records.length) }),
  ),
  "the end is cut off": inFiles((files, { records }, random) =>
    maybeAnchored(withoutTail(files, records, 1 + random.below(records.length - 1)), random),
  ),
  "the end is cut off and another written": inFiles((files, { records }, random) => {
    const cut = 1 + random.below(Math.min(6, records.length - 1));
    const kept = withoutTail(files, records, cut);
    return withRecords(kept, follow(kept, random, { lines: cut }));
  }),
  "two records change places": inFiles((files, { records }, random) =>
    rechained(files, records, { swap: random.below(records.length - 1) }),
  ),
  "a record follows something else": inFiles((files, { records }, random) => {
    const record = random.pick(records);
    const parents = random.below(3) === 0 ? [] : [random.pick(records).name];
    const moved = written(record, { parents });
    return random.below(2) === 0 ? withRecords(files, [moved]) : withRecords(without(files, record), [moved]);
  }),
  "a record is put under another name": inFiles((files, { records }, random) => {
    const { text, name } = random.pick(records);
    const other = random.pick([
      recordPath(sha256(`other ${name}`)),
      `${stateLayout.evidence}${name}.json`,
      `${stateLayout.evidence}${name.slice(0, 2)}/${name}`,
      `${stateLayout.evidence}00/${name}.json`,
      recordPath(random.pick(records).name),
    ]);
    return maybeAnchored(put(files, other, text), random);
  }),
  "a record is said once more": inFiles((files, { records }, random) =>
    withRecords(files, [written(random.pick(records), { parents: anchorOf(files).heads })]),
  ),
  "a record is no record": inFiles((files, { records }, random) => {
    const text = random.pick([
      (json: string) => ` ${json}`,
      (json: string) => json.replace("{", '{"version":1,'),
      (json: string) => json.trimEnd(),
      (json: string) => json.replace(/"parents":\[[^\]]*\]/, '"parents":"none"'),
      () => "[]\n",
    ])(random.pick(records).text);
    return maybeAnchored(put(files, recordPath(sha256(text)), text), random);
  }),
  "a record of another fleet is added": inFiles((files, _evidence, random) =>
    withRecords(files, follow(files, random, { lines: 1, fleet: otherUuid })),
  ),
  "the history of another fleet is joined": inFiles((files, _evidence, random) =>
    joined(files, makeEvidence(random, { commits: 3, fleet: otherUuid }), random),
  ),
  "another history of the fleet is joined": inFiles((files, _evidence, random) =>
    joined(files, makeEvidence(random, { commits: 3, from: 9000 }), random),
  ),
  "a bundle is edited": inFiles((files, _evidence, random) => {
    const [path, text] = random.pick(below(files, stateLayout.bundles));
    return put(files, path, text.replace("3.13", "3.14"));
  }),
  "a bundle or lock is deleted": inFiles((files, { records }, random) => {
    const named = records.flatMap(({ record }) => record.subject.bundle ?? []);
    const bundles = below(files, stateLayout.bundles).filter(([, text]) => named.includes(`sha256:${sha256(text)}`));
    const [path] = random.pick([...bundles, ...below(files, stateLayout.locks)]);
    return new Map([...files].filter(([one]) => one !== path));
  }),
  "a lock is edited": inFiles((files, _evidence, random) => {
    const [path, text] = random.pick(below(files, stateLayout.locks));
    return put(files, path, `${text}other==1\n`);
  }),
  "what a gate was asked is edited or deleted": inFiles((files, _evidence, random) => {
    const [asked] = below(files, stateLayout.gates);
    if (asked === undefined) return undefined;
    const [path] = asked;
    return random.below(2) === 0 ? put(files, path, "who?\n") : new Map([...files].filter(([one]) => one !== path));
  }),
  "what somebody looked at is edited": inFiles((files, _evidence, random) => {
    const [path, text] = random.pick(below(files, stateLayout.outputs));
    return put(files, path, `AAAA${text}`);
  }),
  "what somebody looked at is deleted": inFiles((files, { records }, random) => {
    const named = records.flatMap(({ record }) => (record.kind === "tick" ? (record.body.attachment ?? []) : []));
    if (named.length === 0) return undefined;
    const digest = random.pick(named);
    return new Map([...files].filter(([path]) => !path.startsWith(`${stateLayout.outputs}${digest}`)));
  }),
  "the branch's own anchor is edited": inFiles((files, _evidence, random) =>
    random.below(2) === 0
      ? new Map([...files].filter(([path]) => path !== stateLayout.anchor))
      : put(files, stateLayout.anchor, (files.get(stateLayout.anchor) ?? "").replace(/[0-9a-f]{6}"/, '000000"')),
  ),
  "commits are made one": inHistory(({ line, tip }, random) => {
    const at = random.below(line.length - 1);
    return rebuilt(
      [...line.slice(0, at), ...line.slice(at + 1)].map(({ files }) => files),
      tip,
    );
  }),
  "everything is one commit": inHistory(({ tip }) => rebuilt([], tip)),
  "the branch is set back": inHistory(({ line }, random) => line[random.below(line.length - 1)]),
  "a record is removed and put back": inHistory(({ tip, records }, random) =>
    commitOf([commitOf([tip], anchored(without(tip.files, random.pick(records))))], tip.files),
  ),
  "a file is rewritten and put back": inHistory(({ tip }, random) => {
    const [path] = random.pick([...tip.files].filter(([one]) => one !== stateLayout.anchor));
    return commitOf([commitOf([tip], put(tip.files, path, "other\n"))], tip.files);
  }),
  "a merge leaves out what one side had": inHistory(({ line, tip }, random) => {
    const from = line[random.below(line.length - 1)] ?? tip;
    const side = commitOf([from], withRecords(from.files, follow(from.files, random, { lines: 1 })));
    return commitOf([tip, side], tip.files);
  }),
  "a history without a common beginning is merged": inHistory(({ tip }, random) => {
    const other = makeEvidence(random, { commits: 2, from: 9000 });
    return commitOf([tip, other.tip], anchored(new Map([...tip.files, ...other.tip.files])));
  }),
  "a commit adds a record beside the anchor": inHistory(({ tip }, random) => {
    const added = follow(tip.files, random, { lines: 1 });
    const files = new Map([...tip.files, ...added.map(({ path, text }) => [path, text] as const)]);
    return commitOf([commitOf([tip], files)], anchored(files));
  }),
};

/** What each is called. */
export const mutationKinds: readonly string[] = Object.keys(mutations);

function put(files: Files, path: string, text: string): Files {
  return new Map([...files, [path, text]]);
}

function without(files: Files, { path }: WrittenRecord): Files {
  return new Map([...files].filter(([one]) => one !== path));
}

function withoutTail(files: Files, records: readonly WrittenRecord[], count: number): Files {
  return anchored(records.slice(-count).reduce(without, files));
}

/** Whoever works on records mends the anchor, too, or forgets. */
function maybeAnchored(files: Files, random: Random): Files {
  return random.below(4) === 0 ? files : anchored(files);
}

function below(files: Files, folder: string): readonly (readonly [string, string])[] {
  return [...files].filter(([path]) => path.startsWith(folder));
}

function isSame(one: Files, other: Files): boolean {
  return one.size === other.size && [...one].every(([path, text]) => other.get(path) === text);
}

/** The record with other parents, as hubfleet writes it. */
function written({ record }: WrittenRecord, { parents }: { readonly parents: readonly string[] }): WrittenRecord {
  return writeRecord(record, parents);
}

function edited({ record }: WrittenRecord): WrittenRecord {
  const value = { ...record, who: { ...record.who, id: "mallory" } };
  const text = `${canonicalJson(value)}\n`;
  return { name: sha256(text), path: recordPath(sha256(text)), text, record: value };
}

/** Everything from some record on written anew, so that it fits together again. */
function rechained(
  files: Files,
  records: readonly WrittenRecord[],
  what: { readonly change?: number; readonly leaveOut?: number; readonly swap?: number },
): Files {
  const order = [...records];
  const [one, other] = [what.swap ?? -1, (what.swap ?? -2) + 1];
  if (what.swap !== undefined)
    [order[one], order[other]] = [records[other], records[one]] as [WrittenRecord, WrittenRecord];
  const names = new Map<string, readonly string[]>();
  const made: WrittenRecord[] = [];
  for (const [index, record] of order.entries()) {
    // Who takes another's place follows what that one followed.
    const place = records[index] ?? record;
    const parents = place.record.parents.flatMap((parent) => names.get(parent) ?? [parent]);
    if (index === what.leaveOut) {
      names.set(place.name, parents);
      continue;
    }
    const next = written(index === what.change ? edited(record) : record, { parents });
    names.set(place.name, [next.name]);
    made.push(next);
  }
  return withRecords(records.reduce(without, files), made);
}

function follow(
  files: Files,
  random: Random,
  {
    lines,
    fleet = [...readRecords(files).records.values()][0]?.record.fleet ?? otherUuid,
  }: { readonly lines: number; readonly fleet?: string },
): readonly WrittenRecord[] {
  const made: WrittenRecord[] = [];
  for (let index = 0; index < lines; index += 1) {
    const draft = anObservation(5000 + random.below(100_000), { fleet });
    const parents = made.length === 0 ? anchorOf(files).heads : [made.at(-1)?.name ?? ""];
    made.push(writeRecord(draft, parents));
  }
  return made;
}

function joined(files: Files, other: MadeEvidence, random: Random): Files {
  const both = new Map([...files, ...other.tip.files]);
  return random.below(2) === 0 ? anchored(both) : withRecords(both, follow(both, random, { lines: 1 }));
}

/** Commits with these files one after the other, and then those of the tip. */
function rebuilt(steps: readonly Files[], tip: MadeCommit): MadeCommit {
  return [...steps, tip.files].reduce<MadeCommit | undefined>((before, files) => {
    return commitOf(before === undefined ? [] : [before], files);
  }, undefined) as MadeCommit; // of at least one step
}

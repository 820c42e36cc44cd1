import { createHash } from "node:crypto";

import { anchorOf, anchorText } from "../../src/evidence/anchor.ts";
import { type RecordDraft, recordPath, writeRecord, type WrittenRecord } from "../../src/evidence/record.ts";
import { stateLayout } from "../../src/evidence/state-layout.ts";
import type { PastChange, PastCommit } from "../../src/evidence/verify/past.ts";
import { anObservation, fleetUuid } from "./evidence-files.ts";
import type { Random } from "./random.ts";

export type Files = ReadonlyMap<string, string>;

/** What a commit made of the files; its id follows from everything before it, as in Git. */
export interface MadeCommit {
  readonly id: string;
  readonly parents: readonly MadeCommit[];
  readonly files: Files;
}

export interface MadeEvidence {
  readonly tip: MadeCommit;
  /** From the first to the tip. */
  readonly line: readonly MadeCommit[];
  readonly records: readonly WrittenRecord[];
}

/** The branch of a fleet whose people sometimes write without knowing of each other; every commit as hubfleet makes it. `from`: tells it from others. */
export function makeEvidence(random: Random, { commits = 14, fleet = fleetUuid, from = 0 } = {}): MadeEvidence {
  const records: WrittenRecord[] = [];
  const line: MadeCommit[] = [];
  let files: Files = new Map();
  let count = from;
  for (let index = 0; index < commits; index += 1) {
    const heads = anchorOf(files).heads;
    // Somebody who was offline follows what was last there when he saw it.
    const seen = line.length > 2 && random.below(4) === 0 ? anchorOf(line.at(-2)?.files ?? files).heads : heads;
    const bundle = random.below(4) === 0 || index === 0 ? makeBundle(random, index) : undefined;
    let parents = seen;
    const added: WrittenRecord[] = [];
    for (let left = 1 + random.below(3); left > 0; left -= 1) {
      const record = writeRecord(makeDraft(random, { count: (count += 1), fleet, bundle: bundle?.digest }), parents);
      added.push(record);
      parents = [record.name];
    }
    const asked = added.some(({ record }) => record.kind === "promotion")
      ? [[question.path, question.text] as const]
      : [];
    const attached = index === 0 ? attachments : [];
    records.push(...added);
    files = withRecords(new Map([...files, ...(bundle?.files ?? []), ...asked, ...attached]), added);
    line.push(commitOf(line.slice(-1), files));
  }
  const tip = line.at(-1);
  if (tip === undefined) throw new Error("evidence is made of at least one commit");
  return { tip, line, records };
}

/** With the records, and with the anchor of what there is then. */
export function withRecords(files: Files, records: readonly WrittenRecord[]): Files {
  return anchored(new Map([...files, ...records.map(({ path, text }) => [path, text] as const)]));
}

/** With a text among the records, under the name that it gets. */
export function withText(files: Files, text: string): Files {
  return anchored(new Map([...files, [recordPath(sha256(text)), text]]));
}

export function anchored(files: Files): Files {
  return new Map([...files, [stateLayout.anchor, anchorText(anchorOf(files))]]);
}

export function commitOf(parents: readonly MadeCommit[], files: Files): MadeCommit {
  const hash = createHash("sha256").update(parents.map(({ id }) => id).join());
  for (const path of [...files.keys()].sort()) hash.update(`\0${path}\0${files.get(path) ?? ""}`);
  return { id: hash.digest("hex").slice(0, 40), parents, files };
}

/** Every commit that leads to this one, as a port of Git tells it. */
export function pastOf(tip: MadeCommit): readonly PastCommit[] {
  const past = new Map<MadeCommit, PastCommit>();
  const visit = (commit: MadeCommit): void => {
    if (past.has(commit)) return;
    for (const parent of commit.parents) visit(parent);
    past.set(commit, told.get(commit) ?? tell(commit));
  };
  visit(tip);
  return [...past.values()];
}

/** A commit never changes, and is asked about with everything that somebody does to what follows it. */
const told = new WeakMap<MadeCommit, PastCommit>();

function tell(commit: MadeCommit): PastCommit {
  const before = commit.parents.length === 0 ? [new Map<string, string>()] : commit.parents.map(({ files }) => files);
  const changes = before.map((files) => compare(files, commit.files));
  const isAnchored = changes[0]?.some(({ path }) => path === stateLayout.anchor) === true;
  const past = {
    id: commit.id,
    parents: commit.parents.map(({ id }) => id),
    changes,
    anchor: isAnchored ? commit.files.get(stateLayout.anchor) : undefined,
  };
  told.set(commit, past);
  return past;
}

function compare(before: Files, after: Files): readonly PastChange[] {
  const changes: PastChange[] = [];
  for (const [path, text] of after) {
    if (before.get(path) === text) continue;
    changes.push({ path, what: before.has(path) ? "changed" : "added", isFile: true });
  }
  for (const path of before.keys()) if (!after.has(path)) changes.push({ path, what: "removed", isFile: false });
  return changes;
}

export function makeDraft(
  random: Random,
  { count, fleet, bundle }: { readonly count: number; readonly fleet: string; readonly bundle: string | undefined },
): RecordDraft {
  const subject = {
    hub: random.pick(["campus", "research"]),
    stage: "testing",
    ...(bundle === undefined ? {} : { bundle }),
  };
  const verdict = random.pick(["passed", "failed"] as const);
  const of = createHash("sha256")
    .update(String(random.below(1000)))
    .digest("hex");
  const kinds: readonly Partial<RecordDraft>[] = [
    { subject, body: { verdict, standing: "stage", deployment: `d${random.below(3)}` } },
    { subject, kind: "check", body: { check: "hub", verdict, standing: "stage" } },
    { subject: { stage: "production", parts: { settings: "s1" } }, kind: "sign-off", body: { reason: "looked at it" } },
    { subject: { stage: "production" }, kind: "tick", body: { item: "page", attachment: sha256("a page\n") } },
    { subject: { stage: "production" }, kind: "tick", body: { item: "plot", attachment: sha256(picture) } },
    { subject: {}, kind: "mark", body: { of, reason: "the network was away" } },
    {
      subject: { stage: "production" },
      kind: "promotion",
      body: { how: "gate", restsOn: [of], gate: question.digest },
    },
  ];
  return anObservation(count, { fleet, ...random.pick(kinds) });
}

function makeBundle(random: Random, index: number): { readonly digest: string; readonly files: Files } {
  const lock = `package==${index}.${random.below(100)}\n`;
  const text = `version: 1\nimages:\n  lab:\n    lock: sha256:${sha256(lock)}\n    python: "3.13"\n`;
  const digest = sha256(text);
  const files = new Map([
    [`${stateLayout.bundles}2026.11.01-${digest.slice(0, 8)}.yaml`, text],
    [`${stateLayout.locks}${sha256(lock)}`, lock],
  ]);
  return { digest: `sha256:${digest}`, files };
}

/** What every gate here was asked. */
const question = {
  digest: sha256("what?\n"),
  path: `${stateLayout.gates}${sha256("what?\n")}`,
  text: "what?\n",
};

/** A page that somebody looked at, and a picture. */
const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]);
const attachments = [
  [`${stateLayout.outputs}${sha256("a page\n")}`, "a page\n"],
  [`${stateLayout.outputs}${sha256(picture)}.base64`, `${picture.toString("base64")}\n`],
] as const;

export function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

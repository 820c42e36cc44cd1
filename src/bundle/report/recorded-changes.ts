import type { PlacedRecord } from "../../evidence/read-records.ts";
import type { EvidenceRecord } from "../../evidence/record.ts";
import type { Bundle } from "../bundle.ts";
import { imageOfPart } from "../bundle-parts.ts";
import { changedImage } from "../changed-image.ts";
import { diffBundles } from "../diff-bundles.ts";
import { counted, listWords } from "../words.ts";
import type { ReportedChange } from "./reported-change.ts";

export interface RecordedChangesInput {
  readonly records: readonly PlacedRecord[];
  /** Those that can be read, by digest. */
  readonly bundles: ReadonlyMap<string, Bundle>;
  /** Of the state, which keeps the locks. */
  readonly files: ReadonlyMap<string, string>;
  readonly since: number;
  readonly until: number;
}

/** What was changed by promotions, rollbacks, holds and the like. What hubs got and how they fared is no change of its own. */
export function recordedChanges(input: RecordedChangesInput): readonly ReportedChange[] {
  const { records, since, until } = input;
  return records.flatMap((placed): readonly ReportedChange[] => {
    const { record, name } = placed;
    const at = Date.parse(record.at.time);
    if (at < since || at >= until) return [];
    const told = changeOf(record, input);
    if (told === undefined) return [];
    return [{ at, who: record.who.id, known: record.who.known, record: name, ...told }];
  });
}

type Told = Pick<ReportedChange, "target" | "what" | "details">;

function changeOf(record: EvidenceRecord, input: RecordedChangesInput): Told | undefined {
  const { subject } = record;
  const target = subject.hub === undefined ? `stage/${subject.stage ?? ""}` : `hub/${subject.hub}`;
  switch (record.kind) {
    case "promotion": {
      const { how, reason, restsOn } = record.body;
      const [to, from] = [nameOf(subject.bundle, input), record.body.from?.id];
      const way = { gate: "let in", "broken-glass": "let in by broken glass", rollback: "put back" }[how];
      const yes = how === "rollback" ? [] : wordsOfPeople(restsOn, input);
      const why = reason === undefined ? [] : [reason];
      const details = [...why, ...yes, ...differences(subject.bundle, record.body.from?.digest, input)];
      return { target, what: `bundle ${to} ${way}${from === undefined ? "" : `, after ${from}`}`, details };
    }
    case "rollback": {
      const { from, reason, by } = record.body;
      const way = by === "person" ? "put back" : "went back by itself, its check failed";
      const before = from === undefined ? "" : `, after ${from.id}`;
      return { target, what: `bundle ${nameOf(subject.bundle, input)} ${way}${before}`, details: [reason] };
    }
    case "hold":
      return { target, what: `held until ${record.body.until.slice(0, 10)}`, details: [record.body.reason] };
    case "resume":
      return { target, what: "held no more", details: record.body.reason === undefined ? [] : [record.body.reason] };
    case "policy": {
      const { loosens, changes } = record.body;
      return {
        target: "fleet.yaml",
        what: `what stages ask was ${loosens ? "loosened" : "changed"}`,
        details: changes,
      };
    }
    case "mark":
      return {
        target,
        what: `record ${record.body.of.slice(0, 12)} counts for nothing`,
        details: [record.body.reason],
      };
    case "destroy":
      return { target, what: `taken down; homes ${record.body.homes}`, details: [] };
    case "prune": {
      const { outputs, reason } = record.body;
      return {
        target: "evidence",
        what: counted(outputs.length, "old output removed", "old outputs removed"),
        details: reason === undefined ? [] : [reason],
      };
    }
    // What was seen, said and asked on the way, and what became of it on each hub.
    case "observation":
    case "check":
    case "sign-off":
    case "objection":
    case "withdrawal":
    case "tick":
    case "asked":
    case "break-glass":
    case "apply":
    case "spent":
      return undefined;
  }
}

function nameOf(digest: string | undefined, { bundles }: RecordedChangesInput): string {
  return bundles.get(digest ?? "")?.id ?? (digest === undefined ? "of no name" : digest.slice(0, 19));
}

function wordsOfPeople(names: readonly string[], { records }: RecordedChangesInput): readonly string[] {
  const rested = new Set(names);
  const people = records
    .filter(({ name, record }) => record.kind === "sign-off" && rested.has(name))
    .map(({ record }) => record.who.id);
  return people.length === 0 ? [] : [`signed by ${listWords([...new Set(people)].toSorted())}`];
}

/** What the stage newly got; nothing where one of the two is not there to be compared. */
function differences(
  to: string | undefined,
  from: string | undefined,
  { bundles, files }: RecordedChangesInput,
): readonly string[] {
  const [bundle, running] = [bundles.get(to ?? ""), bundles.get(from ?? "")];
  if (bundle === undefined || running === undefined) return [];
  const { parts, settings, charts } = diffBundles(running, bundle);
  const images = parts.flatMap(({ part, what }) => {
    const image = imageOfPart(part);
    if (image === undefined) return [];
    if (what === "removed") return [`image/${image}: removed`];
    const { packages } = changedImage(image, { bundle, running, files });
    if (packages === undefined) return [`image/${image}: changed`];
    if (what === "added") return [`image/${image}: new, with ${counted(packages.length, "package")}`];
    return packages.length === 0
      ? [`image/${image}: the same packages`]
      : packages.map((line) => `image/${image}: ${line}`);
  });
  return [
    ...images,
    ...settings.map(
      ({ layer, path, before, after }) => `${layer}: ${path}: ${valueWords(before)} → ${valueWords(after)}`,
    ),
    ...charts.map(({ name, before, after }) => `chart ${name}: ${before ?? "none"} → ${after ?? "none"}`),
  ];
}

/** On one line, and not too long for one. */
export function valueWords(value: unknown): string {
  const text = typeof value === "string" ? value.replaceAll(/\s+/g, " ") : (JSON.stringify(value) ?? "none");
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

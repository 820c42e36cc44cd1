import type { PlacedRecord } from "../../evidence/read-records.ts";
import type { EvidenceRecord } from "../../evidence/record.ts";
import type { ReportedBundle } from "./effort.ts";

/** How long something took that nobody had to sit beside, or how long something was not as it should be. */
export interface Wait {
  readonly what: string;
  readonly times: number;
  readonly medianMilliseconds: number;
  readonly longestMilliseconds: number;
  readonly totalMilliseconds: number;
  /** Of these, those that had not ended by the end of the time. */
  readonly open: number;
}

interface Span {
  readonly what: string;
  readonly from: number;
  /** Undefined: not over. */
  readonly to: number | undefined;
}

export interface WaitsOptions {
  readonly bundles: ReadonlyMap<string, ReportedBundle>;
  readonly since: number;
  readonly until: number;
}

/**
 * | what | from | until |
 * | ---- | ---- | ----- |
 * | a bundle's way into a stage | it was made | the gate let it in |
 * | people's yes | the first of them was told | the first yes for that bundle and stage |
 * | a second person after broken glass | it was broken | another person's sign-off |
 * | a hub that is not well | it was seen so first | it was seen well |
 * | a hold | it was placed | it was ended, or its time was over |
 *
 * Those that ended in the time, or had begun and not ended by its end. Of hubs and holds only what lies in the time counts.
 */
export function waitsOf(records: readonly PlacedRecord[], options: WaitsOptions): readonly Wait[] {
  const { since, until } = options;
  const known = inOrder(records).filter((record) => momentOf(record) <= until);
  const whole = [...ways(known, options), ...answers(known), ...seconds(known)].filter(
    ({ to }) => to === undefined || to >= since,
  );
  const parts = [...unwell(known), ...holds(known, until)]
    .filter(({ to }) => to === undefined || to > since)
    .map((span) => ({ ...span, from: Math.max(span.from, since) }));
  const spans = Map.groupBy([...whole, ...parts], ({ what }) => what);
  return [...spans].map(([what, some]) => waitOf(what, some, until));
}

function waitOf(what: string, spans: readonly Span[], until: number): Wait {
  const lengths = spans.map(({ from, to = until }) => to - from).toSorted((one, other) => one - other);
  return {
    what,
    times: spans.length,
    medianMilliseconds: lengths[Math.floor((lengths.length - 1) / 2)] ?? 0,
    longestMilliseconds: lengths.at(-1) ?? 0,
    totalMilliseconds: lengths.reduce((sum, length) => sum + length, 0),
    open: spans.filter(({ to }) => to === undefined).length,
  };
}

/** Only of those that got there: how long the others will take, nobody knows. */
function ways(records: readonly EvidenceRecord[], { bundles }: WaitsOptions): readonly Span[] {
  const seen = new Set<string>();
  return records.flatMap((record): readonly Span[] => {
    if (record.kind !== "promotion" || record.body.how === "rollback") return [];
    const { bundle = "", stage = "" } = record.subject;
    const made = bundles.get(bundle);
    if (made === undefined || seen.has(`${bundle} ${stage}`)) return [];
    seen.add(`${bundle} ${stage}`);
    return [{ what: `from a bundle to its entry into stage ${stage}`, from: made.madeAt, to: momentOf(record) }];
  });
}

function answers(records: readonly EvidenceRecord[]): readonly Span[] {
  const asked = new Map<string, EvidenceRecord>();
  for (const record of records) {
    const key = placeOf(record);
    if (record.kind === "asked" && !asked.has(key)) asked.set(key, record);
  }
  return [...asked].map(([key, first]) => {
    const yes = records.find(
      (one) => one.kind === "sign-off" && placeOf(one) === key && momentOf(one) >= momentOf(first),
    );
    const entered = records.find((one) => one.kind === "promotion" && placeOf(one) === key);
    const what = `people who were asked for stage ${first.subject.stage ?? ""}`;
    return { what, from: momentOf(first), to: ended(yes ?? entered) };
  });
}

function seconds(records: readonly EvidenceRecord[]): readonly Span[] {
  return records.flatMap((glass): readonly Span[] => {
    if (glass.kind !== "break-glass") return [];
    const looked = records.find(
      (one) =>
        one.kind === "sign-off" &&
        placeOf(one) === placeOf(glass) &&
        one.who.id !== glass.who.id &&
        momentOf(one) >= momentOf(glass),
    );
    return [{ what: "a second person after broken glass", from: momentOf(glass), to: ended(looked) }];
  });
}

function unwell(records: readonly EvidenceRecord[]): readonly Span[] {
  const spans: Span[] = [];
  const since = new Map<string, number>();
  for (const record of records) {
    const { hub } = record.subject;
    if (record.kind !== "observation" || hub === undefined) continue;
    const first = Date.parse(record.body.first?.time ?? record.at.time);
    const began = since.get(hub);
    if (record.body.verdict === "failed" && began === undefined) since.set(hub, first);
    if (record.body.verdict !== "passed" || began === undefined) continue;
    since.delete(hub);
    spans.push({ what: `hub/${hub} was not well`, from: began, to: first });
  }
  return [...spans, ...[...since].map(([hub, from]) => ({ what: `hub/${hub} was not well`, from, to: undefined }))];
}

function holds(records: readonly EvidenceRecord[], until: number): readonly Span[] {
  const targetOf = ({ subject: { hub, stage } }: EvidenceRecord): string =>
    hub === undefined ? `stage/${stage ?? ""}` : `hub/${hub}`;
  return records.flatMap((hold, index): readonly Span[] => {
    if (hold.kind !== "hold") return [];
    const target = targetOf(hold);
    const next = records
      .slice(index + 1)
      .find((one) => (one.kind === "hold" || one.kind === "resume") && targetOf(one) === target);
    const end = Math.min(Date.parse(hold.body.until), next === undefined ? Number.POSITIVE_INFINITY : momentOf(next));
    return [{ what: `${target} was held`, from: momentOf(hold), to: end <= until ? end : undefined }];
  });
}

function ended(record: EvidenceRecord | undefined): number | undefined {
  return record === undefined ? undefined : momentOf(record);
}

function placeOf({ subject: { bundle, stage } }: EvidenceRecord): string {
  return `${bundle ?? ""} ${stage ?? ""}`;
}

function momentOf({ at }: EvidenceRecord): number {
  return Date.parse(at.time);
}

/** As they were written; of those that knew nothing of each other, by their dates. */
function inOrder(records: readonly PlacedRecord[]): readonly EvidenceRecord[] {
  return records
    .toSorted((one, other) => momentOf(one.record) - momentOf(other.record) || one.sequence - other.sequence)
    .map(({ record }) => record);
}

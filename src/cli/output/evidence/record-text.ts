import { stringify } from "yaml";

import type { EvidenceList, ShownRecord } from "../../../app/evidence-use-cases.ts";
import type { EvidenceRecord } from "../../../evidence/record.ts";
import { type Column, fitColumns, renderTable } from "../table.ts";
import { onOneLine, recordWords } from "./record-words.ts";

/** A line for each record. */
export function renderEvidenceList(
  { records, others, bundles }: Pick<EvidenceList, "records" | "others" | "bundles">,
  columns: number | undefined,
): string {
  if (records.length === 0) {
    return others === 0 ? "nothing was recorded yet\n" : `none of the ${others} records is about that\n`;
  }
  const column = (title: string, cell: (record: EvidenceRecord) => string, rest: Partial<Column> = {}): Column => ({
    title,
    cells: records.map(({ record }) => cell(record)),
    ...rest,
  });
  const shown = fitColumns(
    [
      { title: "RECORD", cells: records.map(({ name }) => name.slice(0, 12)) },
      column("WHEN", ({ at }) => `${at.time.slice(0, 16).replace("T", " ")}Z`),
      column("KIND", ({ kind }) => kind),
      column("ABOUT", ({ subject }) => aboutWords(subject), { narrowest: 12 }),
      column("BUNDLE", ({ subject }) => bundleWords(subject.bundle, bundles), { dropped: 1 }),
      column("WHO", whoWords, { dropped: 2 }),
      column("WHAT", recordWords, { narrowest: 20 }),
    ],
    columns,
  );
  return renderTable(
    shown.map(({ title }) => title),
    records.map((_, row) => shown.map(({ cells }) => cells[row] ?? "")),
  );
}

/** All that a record says. */
export function renderRecord({
  record: { name, path, sequence, record },
  followers,
  bundles,
}: Omit<ShownRecord, "standing">): string {
  const { kind, at, subject, body, parents, fleet } = record;
  const { clock } = at;
  const facts: readonly (readonly [string, string])[] = [
    ["record", name],
    ["kind", kind],
    ["says", recordWords(record)],
    ["when", `${at.time}, by ${clock.kind === "service" ? `the clock of ${clock.service}` : machineWords(clock)}`],
    ["who", whoWords(record)],
    ...(subject.stage === undefined ? [] : [["stage", subject.stage] as const]),
    ...(subject.hub === undefined ? [] : [["hub", subject.hub] as const]),
    ...(subject.bundle === undefined ? [] : [["bundle", bundleFact(subject.bundle, bundles)] as const]),
    ...Object.entries(subject.parts ?? {}).map(([part, digest], index) => {
      return [index === 0 ? "parts" : "", `${part}  ${digest}`] as const;
    }),
    ["fleet", fleet],
    ["place", `${sequence + 1}${parents.length === 0 ? ", the first" : ""}`],
    ["follows", parents.map((parent) => parent.slice(0, 12)).join(", ") || "nothing"],
    ["followed by", followers.map((follower) => follower.slice(0, 12)).join(", ") || "nothing yet"],
    ["file", path],
  ];
  const said = stringify(body, {
    lineWidth: 0,
    blockQuote: false,
    doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY,
  })
    .split("\n")
    .filter((line) => line !== "" && line !== "{}")
    .map((line) => `  ${onOneLine(line)}\n`);
  const lines = facts.map(([key, value]) => `${(key === "" ? "" : `${key}:`).padEnd(13)}${onOneLine(value)}\n`);
  return [...lines, ...(said.length === 0 ? [] : ["body:\n", ...said])].join("");
}

function aboutWords({ hub, stage, bundle, parts }: EvidenceRecord["subject"]): string {
  if (hub !== undefined) return `hub/${hub}`;
  if (stage !== undefined) return `stage/${stage}`;
  const names = Object.keys(parts ?? {});
  return names.length > 0 ? names.join(", ") : bundle === undefined ? "fleet" : "bundle";
}

function bundleWords(digest: string | undefined, bundles: ReadonlyMap<string, string>): string {
  return digest === undefined ? "" : (bundles.get(digest) ?? digest.slice(0, 19));
}

function bundleFact(digest: string, bundles: ReadonlyMap<string, string>): string {
  const id = bundles.get(digest);
  return id === undefined ? `${digest}, which is not here` : `${id}  ${digest}`;
}

/** By what it is known matters as much as the name. */
function whoWords({ who }: EvidenceRecord): string {
  return who.login === undefined ? `${who.id} (${who.known})` : `${who.id} (login at hub ${who.login.hub})`;
}

function machineWords({ machine, seconds }: { readonly machine: string; readonly seconds: number }): string {
  return `machine ${machine}, ${Math.floor(seconds)} s after it started`;
}

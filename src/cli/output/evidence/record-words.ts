import { counted, durationWords } from "../../../bundle/words.ts";
import type { EvidenceRecord } from "../../../evidence/record.ts";

type Of<Kind extends EvidenceRecord["kind"]> = Extract<EvidenceRecord, { readonly kind: Kind }>;

/** What a record says, in a line. What others wrote into it cannot reach beyond the line. */
export function recordWords(record: EvidenceRecord): string {
  return onOneLine(wordsOf(record));
}

/** Without line breaks and whatever else a terminal would obey. */
export function onOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}

function wordsOf(record: EvidenceRecord): string {
  switch (record.kind) {
    case "observation":
      return observationWords(record);
    case "check":
      return withReason(`${record.body.check} ${record.body.verdict}`, record.body.summary);
    case "sign-off":
      return withReason("yes", record.body.reason);
    case "objection":
      return withReason("no", record.body.reason);
    case "asked":
      return `people of the role ${record.body.role} are asked`;
    case "tick":
      return `${record.body.item} done${record.body.attachment === undefined ? "" : ", with an attachment"}`;
    case "mark":
      return withReason(`${short(record.body.of)} is to count for nothing`, record.body.reason);
    case "withdrawal":
      return `${short(record.body.of)} is taken back`;
    case "break-glass":
      return withReason("the gate is opened by one person", record.body.reason);
    case "promotion":
      return promotionWords(record);
    case "apply":
      return withReason(`${resultWords[record.body.result]}${fromWords(record.body.from)}`, record.body.summary);
    case "rollback":
      return withReason(
        `sent back${fromWords(record.body.from)} by a ${record.body.by.replace("-", " ")}`,
        record.body.reason,
      );
    case "hold":
      return withReason(`held until ${record.body.until.slice(0, 10)}`, record.body.reason);
    case "resume":
      return withReason("held no more", record.body.reason);
    case "destroy":
      return `is taken down on purpose; homes are ${record.body.homes}`;
    case "prune":
      return withReason(
        counted(record.body.outputs.length, "old output is removed", "old outputs are removed"),
        record.body.reason,
      );
    case "spent":
      return `it took ${durationWords(record.body.minutes * 60_000)}: ${record.body.on}`;
    case "policy":
      return `what stages ask ${record.body.loosens ? "was loosened" : "changed"}: ${record.body.changes.join("; ")}`;
  }
}

const resultWords = {
  done: "runs it",
  failed: "did not do well",
  "went-back": "went back to what it ran",
  "held-back": "was held back",
} as const satisfies Record<Of<"apply">["body"]["result"], string>;

function observationWords({ at, body: { verdict, first, exposure, standing } }: Of<"observation">): string {
  const span = first === undefined ? 0 : Date.parse(at.time) - Date.parse(first.time);
  const use =
    exposure === undefined
      ? ""
      : `, ${exposure.spawns} servers of ${exposure.users} users, ${exposure.daskClusters} Dask clusters`;
  const why = standing === "stage" ? "" : ` (${standing})`;
  return `${verdict}${span > 0 ? ` for ${durationWords(span)}` : ""}${use}${why}`;
}

function promotionWords({ body: { how, restsOn, from, reason } }: Of<"promotion">): string {
  const by = { gate: "let in", "broken-glass": "let in over a shut gate", rollback: "sent back" }[how];
  const after = from === undefined ? "" : ` after ${from.id}`;
  return withReason(`${by}${after}, on ${restsOn.length} ${restsOn.length === 1 ? "record" : "records"}`, reason);
}

function fromWords(from: { readonly id: string } | undefined): string {
  return from === undefined ? "" : ` from ${from.id}`;
}

function withReason(words: string, reason: string | undefined): string {
  return reason === undefined ? words : `${words}: ${reason}`;
}

function short(name: string): string {
  return name.slice(0, 12);
}

import { createHash } from "node:crypto";

import { canonicalJson } from "../canonical-json.ts";
import { stateLayout } from "../state-layout.ts";
import type { Finding } from "./finding.ts";

/** Of a record, what its place among the others hangs on. What it says is of no concern here. */
export interface OpenedRecord {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** All that it says, as JSON has it. */
  readonly value: object;
  readonly fleet: string;
  readonly parents: readonly string[];
  /** The digest of the bundle that it is about. */
  readonly bundle: string | undefined;
  /** The digest of what a gate was asked. */
  readonly gate: string | undefined;
  /** The digest of a file that somebody looked at. */
  readonly attachment: string | undefined;
  /** Digests of files that it says were removed. */
  readonly removed: readonly string[];
}

/**
 * Opens every record of a snapshot: its name is the SHA-256 of its bytes, and its bytes are the only ones for what it
 * says. Whether hubfleet understands what it says is asked elsewhere, so that a verifier needs to know no kinds.
 */
export function openRecords(files: ReadonlyMap<string, string>): {
  readonly records: ReadonlyMap<string, OpenedRecord>;
  readonly findings: readonly Finding[];
} {
  const records = new Map<string, OpenedRecord>();
  const findings: Finding[] = [];
  for (const path of [...files.keys()].filter((one) => one.startsWith(stateLayout.evidence)).sort()) {
    const text = files.get(path) ?? "";
    const name = sha256Hex(text);
    if (path !== `${stateLayout.evidence}${name.slice(0, 2)}/${name}.json`) {
      const words = `its bytes have the SHA-256 ${name.slice(0, 12)}…, so it was edited, or put under another name`;
      findings.push({ kind: "not-its-name", at: path, words });
      continue;
    }
    const value = parseRecordValue(text);
    if (value === undefined) {
      findings.push({ kind: "no-record", at: path, words: "it is no record, or not as hubfleet writes one" });
      continue;
    }
    records.set(name, { name, path, text, ...value });
  }
  return { records, findings };
}

export function sha256Hex(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function parseRecordValue(text: string): Omit<OpenedRecord, "name" | "path" | "text"> | undefined {
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>; // looked at below
    const { kind, fleet, parents, subject, body } = value;
    const { bundle } = Object(subject) as { readonly bundle?: unknown }; // whatever it is
    const { gate, attachment, outputs } = Object(body) as Readonly<Record<string, unknown>>; // likewise
    const isOne = typeof fleet === "string" && isNames(parents) && `${canonicalJson(value)}\n` === text;
    if (!isOne) return undefined;
    const removed = kind === "prune" && Array.isArray(outputs) ? outputs.filter((one) => typeof one === "string") : [];
    const named = { bundle: textOf(bundle), gate: textOf(gate), attachment: textOf(attachment), removed };
    return { value, fleet, parents, ...named };
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Digests, sorted, each once. */
function isNames(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.every((name: unknown, index) => {
      const before: unknown = value[index - 1];
      const isName = typeof name === "string" && /^[0-9a-f]{64}$/.test(name);
      return isName && (typeof before !== "string" || before < name);
    })
  );
}

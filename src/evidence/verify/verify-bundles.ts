import { stateLayout } from "../state-layout.ts";
import { type Finding, shortName } from "./finding.ts";
import { type OpenedRecord, sha256Hex } from "./open-records.ts";

/**
 * Bundles, their locks, what gates were asked, and attachments, which records name by digest: each is what its name says, and
 * what is named is there. What a bundle means is of no concern here.
 */
export function verifyBundles(
  files: ReadonlyMap<string, string>,
  records: ReadonlyMap<string, OpenedRecord>,
): readonly Finding[] {
  const findings: Finding[] = [];
  const bundles = new Set<string>();
  const locks = new Map<string, string>();
  for (const [path, text] of files) {
    if (path.startsWith(stateLayout.bundles)) {
      const digest = sha256Hex(text);
      bundles.add(`sha256:${digest}`);
      if (!path.endsWith(`-${digest.slice(0, 8)}.yaml`)) {
        findings.push({ kind: "bundle-changed", at: path, words: `its bytes have the SHA-256 ${shortName(digest)}…` });
      }
      for (const [, lock = ""] of text.matchAll(lockLine)) locks.set(lock, path);
    }
    for (const { folder, kind } of namedByDigest) {
      if (!path.startsWith(folder)) continue;
      const name = path.slice(folder.length).replace(coded, "");
      const digest = sha256Hex(coded.test(path) ? Buffer.from(text, "base64") : text);
      if (name === digest) continue;
      findings.push({ kind, at: path, words: `its bytes have the SHA-256 ${shortName(digest)}…` });
    }
  }
  for (const [lock, path] of locks) {
    if (files.has(`${stateLayout.locks}${lock}`)) continue;
    findings.push({ kind: "lock-missing", at: `${stateLayout.locks}${lock}`, words: `${path} names it` });
  }
  for (const { gate, path } of records.values()) {
    if (gate === undefined || files.has(`${stateLayout.gates}${gate}`)) continue;
    findings.push({ kind: "gate-missing", at: `${stateLayout.gates}${gate}`, words: `${path} names it` });
  }
  const removed = new Set([...records.values()].flatMap((record) => record.removed));
  const isThere = (path: string): boolean => files.has(path) || files.has(`${path}.base64`);
  for (const { attachment, path } of records.values()) {
    if (attachment === undefined || removed.has(attachment)) continue;
    const at = `${stateLayout.outputs}${attachment}`;
    if (!isThere(at)) findings.push({ kind: "output-missing", at, words: `${path} names it, and nobody pruned it` });
  }
  const named = new Map([...records.values()].map(({ bundle, path }) => [bundle, path]));
  for (const [bundle, path] of named) {
    if (bundle === undefined || !/^sha256:[0-9a-f]{64}$/.test(bundle) || bundles.has(bundle)) continue;
    findings.push({ kind: "bundle-missing", at: bundle, words: `${path} is about it` });
  }
  return findings;
}

const namedByDigest = [
  { folder: stateLayout.locks, kind: "lock-changed" },
  { folder: stateLayout.gates, kind: "gate-changed" },
  { folder: stateLayout.outputs, kind: "output-changed" },
] as const;

/** What is no text is kept as one. */
const coded = /\.base64$/;

/** Of an image of a bundle, as hubfleet writes it. */
const lockLine = /^ {4}lock: "?sha256:([0-9a-f]{64})"?$/gm;

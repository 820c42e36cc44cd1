import { verify } from "../../assets/verify/verify-evidence.mjs";
import { anchorOf } from "../../src/evidence/anchor.ts";
import type { Finding } from "../../src/evidence/verify/finding.ts";
import { verifyFiles } from "../../src/evidence/verify/verify-files.ts";
import { verifyHistory } from "../../src/evidence/verify/verify-history.ts";
import { fleetUuid } from "./evidence-files.ts";
import { type Files, type MadeCommit, type MadeEvidence, pastOf } from "./evidence-history.ts";

export interface Judgement {
  /** By hubfleet, of the files. */
  readonly files: readonly Finding[];
  /** By Git's history. */
  readonly history: readonly Finding[];
  /** By the file that needs no hubfleet: "kind at", sorted. */
  readonly sceptic: readonly string[];
}

/** What is found, relative to the evidence as it was. */
export function judgeAgainst({ tip: known }: MadeEvidence, tip: MadeCommit): Judgement {
  const anchor = { ...anchorOf(known.files), name: "the anchor" };
  const { findings, records } = verifyFiles(tip.files, { fleet: fleetUuid, anchors: [anchor] });
  const history = verifyHistory(
    { commits: pastOf(tip), isCut: false },
    { parentsOf: (name) => records.get(name)?.parents, anchors: [{ name: "the anchor", commit: known.id }] },
  );
  return { files: findings, history: history.findings, sceptic: judgeAsSceptic(tip.files, anchor, fleetUuid) };
}

export function judgeAsSceptic(
  files: Files,
  anchor: { readonly heads: readonly string[]; readonly records: number } | undefined,
  fleet: string | undefined,
): readonly string[] {
  return listed(verify(files, { anchor, fleet }).findings);
}

/** To be compared. */
export function listed(findings: readonly { readonly kind: string; readonly at: string }[]): readonly string[] {
  return [...new Set(findings.map(({ kind, at }) => `${kind} ${at}`))].sort();
}

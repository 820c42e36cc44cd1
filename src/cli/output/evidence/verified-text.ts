import { counted, listWords, momentWords } from "../../../bundle/words.ts";
import type { VerifiedAnchor, VerifiedEvidence } from "../../../operate/evidence/verify-evidence.ts";
import { stateDocument } from "../bundle/bundle-document.ts";
import { onOneLine } from "./record-words.ts";

export function isWhole({ findings }: Pick<VerifiedEvidence, "findings">): boolean {
  return findings.length === 0;
}

type Shown = Omit<VerifiedEvidence, "standing" | "commit">;

/** What was verified, against what, and what was found; what it does not prove is said, too. */
export function renderVerified(verified: Shown): string {
  const { evidence, heads, bundles, against, history, findings } = verified;
  const there = [
    counted(evidence.records.size, "record"),
    counted(heads.length, "head"),
    counted(bundles, "bundle"),
    ...(history === undefined ? [] : [counted(history.commits, "commit")]),
  ];
  return [
    listWords(there),
    ...against.map(againstWords),
    ...signatureWords(verified),
    ...decisionWords(verified),
    ...(history?.isCut === true
      ? ["this clone is shallow: how the older records came to be is not known here (git fetch --unshallow)"]
      : []),
    ...(history !== undefined && history.merges > 0
      ? [`${counted(history.merges, "commit")} of somebody's joined two histories, which hubfleet never does`]
      : []),
    ...(isWhole(verified) ? [wholeWords(verified)] : brokenWords(findings)),
  ]
    .map((line) => `${onOneLine(line)}\n`)
    .join("");
}

/** For programs. Fields are added, never changed, within a version. */
export function verifiedDocument(verified: VerifiedEvidence): object {
  const { commit, evidence, heads, bundles, against, history, signatures, decisions, findings, standing } = verified;
  return {
    version: 1,
    whole: isWhole(verified),
    commit: commit ?? null,
    records: evidence.records.size,
    heads,
    bundles,
    against: against.map(({ source, anchor, commit: at, since, covered, after, beside, signed = null }) => {
      return { source, name: anchor.name, commit: at ?? null, since: since ?? null, covered, after, beside, signed };
    }),
    history: history === undefined ? null : { commits: history.commits, merges: history.merges, cut: history.isCut },
    signatures: { signed: signatures.signed, people: signatures.people, covered: signatures.covered },
    decisions: decisions === undefined ? null : { same: decisions.same, unknown: decisions.unknown },
    findings,
    state: stateDocument(standing),
  };
}

function againstWords({ source, anchor, since, covered, after, beside, signed }: VerifiedAnchor): string {
  const when =
    since === undefined
      ? ""
      : source === "given"
        ? ` of ${momentWords(since.getTime())}`
        : `, since ${dayWords(since)}`;
  const others = [
    ...(after === 0 ? [] : [`${after} came after`]),
    ...(beside === 0 ? [] : [`${beside} were written beside them, by somebody who did not know them yet`]),
  ];
  // Of what is not there any more, nobody knows what follows it.
  const rest = others.length === 0 || covered < anchor.records ? "" : `; ${listWords(others)}`;
  return `against ${anchor.name}${when}${signedWords(signed)}: ${covered} of its ${counted(anchor.records, "record")} are there${rest}`;
}

function signedWords(signed: VerifiedAnchor["signed"]): string {
  if (signed === undefined || signed === "forged") return "";
  return signed.isKnown
    ? `, signed by ${signed.by}`
    : `, signed as ${signed.by} with a key that fleet.yaml does not have for them`;
}

function signatureWords({ signatures: { signed, people, covered }, evidence }: Shown): readonly string[] {
  if (signed === 0) return [];
  const by = people.length === 0 ? "nobody whom fleet.yaml has a key of" : listWords(people);
  const vouched =
    people.length === 0 ? "" : `, which vouches for ${covered} of ${evidence.records.size}: them and all before`;
  return [`${counted(signed, "record is", "records are")} signed, by ${by}${vouched}`];
}

function decisionWords({ decisions }: Shown): readonly string[] {
  if (decisions === undefined) return [];
  const { same, unknown, findings } = decisions;
  const all = same + unknown.length + findings.length;
  if (all === 0) return ["no gate has let a bundle in, so there is no decision to make once more"];
  const lost = unknown.length === 0 ? "" : `; ${unknown.length} cannot be made again: ${unknown[0]?.why ?? ""}`;
  return [`${same} of ${counted(all, "decision")} of gates come out the same from the records${lost}`];
}

function wholeWords({ evidence, against, signatures }: Shown): string {
  if (evidence.records.size === 0 && against.length === 0) return "nothing was recorded yet";
  if (against.length === 0) {
    const { people, covered } = signatures;
    const kept = "Keep what `hubfleet evidence anchor` prints, and verify against that next time";
    return people.length === 0
      ? `it fits together, and there was nothing to compare it with: whoever may push could have written all of it anew. ${kept}`
      : `it fits together, and there was nothing to compare it with but what is signed: ${covered} of ${evidence.records.size} records nobody could have written anew without a key of ${listWords(people, "or")}. What came after, or was cut off, no signature tells. ${kept}`;
  }
  const newest = against.some(({ source }) => source === "given") ? "what was kept" : "what this clone saw";
  return `whole: of ${newest}, nothing was edited, taken away, put between or written anew`;
}

function brokenWords(findings: Shown["findings"]): readonly string[] {
  const shown = findings.slice(0, mostFindings).map(({ kind, at, words }) => `  ${kind} ${at}: ${words}`);
  const more = findings.length - shown.length;
  return [
    `NOT WHOLE: ${counted(findings.length, "finding")}`,
    ...shown,
    ...(more === 0 ? [] : [`  and ${more} more: -o json has all of them`]),
  ];
}

const mostFindings = 40;

function dayWords(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

import { recompute } from "../../bundle/gate-question.ts";
import type { PlacedRecord } from "../../evidence/read-records.ts";
import { type Finding, shortName } from "../../evidence/verify/finding.ts";

/** Decisions of gates, made once more from the records. */
export interface VerifiedDecisions {
  /** Those that came out as they are recorded. */
  readonly same: number;
  /** Those that cannot be made again, with the reason. */
  readonly unknown: readonly { readonly record: string; readonly why: string }[];
  readonly findings: readonly Finding[];
}

/** Whether each promotion follows from what was recorded before it. */
export function verifyDecisions(
  files: ReadonlyMap<string, string>,
  records: ReadonlyMap<string, PlacedRecord>,
): VerifiedDecisions {
  const findings: Finding[] = [];
  const unknown: { record: string; why: string }[] = [];
  let same = 0;
  for (const promotion of records.values()) {
    const again = recompute(promotion, { files, records });
    if (again === undefined) continue;
    if (again.kind === "same") same += 1;
    else if (again.kind === "unknown") unknown.push({ record: promotion.name, why: again.why });
    else {
      const { verdict } = again;
      const why = verdict.kind === "open" ? "on other grounds" : verdict.kind;
      const reasons = verdict.kind === "open" ? [] : verdict.reasons.map(({ words }) => words);
      const words = `decided once more, the gate is ${why}${reasons.length === 0 ? "" : `: ${reasons.join("; ")}`}`;
      findings.push({ kind: "decision-differs", at: promotion.path, words: `${words} (${shortName(promotion.name)})` });
    }
  }
  return { same, unknown, findings };
}

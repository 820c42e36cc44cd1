import type { GateReason, GateVerdict, Ground } from "../../../bundle/gate-verdict.ts";
import { momentWords } from "../../../bundle/words.ts";

/** Whether a bundle may enter a stage, in a line; then each reason with what would satisfy it. `why`: the records, too. */
export function renderVerdict(
  verdict: GateVerdict,
  { bundle, stage, why }: { readonly bundle: string; readonly stage: string; readonly why: boolean },
): string {
  const grounds = verdict.kind === "open" && why ? verdict.restsOn.map(renderGround) : [];
  return [...headLines(verdict, { bundle, stage, why }), ...grounds].map((line) => `${line}\n`).join("");
}

function headLines(
  verdict: GateVerdict,
  { bundle, stage, why }: { readonly bundle: string; readonly stage: string; readonly why: boolean },
): readonly string[] {
  const reasonLines = (reasons: readonly GateReason[]): readonly string[] =>
    reasons.flatMap((reason) => renderReason(reason, { bundle, stage, why }));
  switch (verdict.kind) {
    case "open": {
      const { brokenGlass } = verdict;
      if (brokenGlass === undefined) return [`the gate of ${stage} is open for ${bundle}`];
      const over = brokenGlass.passedOver.map(({ words }) => `  passed over: ${words}`);
      return [`${brokenGlass.person} breaks the glass of ${stage} for ${bundle}: ${brokenGlass.reason}`, ...over];
    }
    case "blocked":
      return [`bundle ${bundle} may not enter ${stage} yet:`, ...reasonLines(verdict.reasons)];
    case "expired":
      return [`bundle ${bundle} may not enter ${stage} any more: ${verdict.words}`, ...reasonLines(verdict.reasons)];
  }
}

function renderReason(
  { code, words, satisfiedBy, notBefore, records }: GateReason,
  { bundle, stage, why }: { readonly bundle: string; readonly stage: string; readonly why: boolean },
): readonly string[] {
  const when = notBefore === undefined || !Number.isFinite(notBefore) ? "" : `; not before ${momentWords(notBefore)}`;
  const shown = why && records.length > 0 ? [`      records: ${shorten(records)}`] : [];
  const item = code === "checklist-open" ? itemOptions(words, satisfiedBy) : "";
  const type = ofPeople.has(code) ? `: \`hubfleet signoff ${bundle} --stage ${stage}${item}\`` : "";
  return [`  ${words}`, `    → ${satisfiedBy}${type}${when}`, ...shown];
}

/** The reason begins with the item's name, which has no spaces. */
function itemOptions(words: string, satisfiedBy: string): string {
  return ` --item ${words.split(" ")[0] ?? ""}${satisfiedBy.includes("attaches") ? " --attachment FILE" : ""}`;
}

/** What somebody's word would satisfy. */
export const ofPeople: ReadonlySet<GateReason["code"]> = new Set(["sign-off-missing", "checklist-open", "objection"]);

function renderGround({ words, records }: Ground): string {
  return records.length === 0 ? `  ${words}` : `  ${words}  (${shorten(records)})`;
}

const shown = 3;

/** Twelve digits each; Git finds them by that. */
function shorten(records: readonly string[]): string {
  const names = records.slice(0, shown).map((name) => name.slice(0, 12));
  return records.length > shown ? `${names.join(", ")} and ${records.length - shown} more` : names.join(", ");
}

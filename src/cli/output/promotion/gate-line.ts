import type { GateAnswer } from "../../../operate/bundles/judge-stages.ts";

/** What a gate says, in one line: "to production: open: `hubfleet promote …`". */
export function gateLine(bundle: string, stage: string, answer: GateAnswer): string {
  if (answer.kind === "refused") {
    return `to ${stage}: cannot go: ${answer.problems.map(({ code, message }) => `${message} (${code})`).join("; ")}`;
  }
  const { verdict } = answer;
  if (verdict.kind === "open") return `to ${stage}: open: \`hubfleet promote ${bundle} --to ${stage}\``;
  const reasons = verdict.reasons.map(({ words }) => words);
  return `to ${stage}: ${[...(verdict.kind === "expired" ? [verdict.words] : ["blocked"]), ...reasons].join("; ")}`;
}

import type { GateAnswer } from "../../../operate/bundles/judge-stages.ts";
import { problemDocument } from "../problem-document.ts";
import { verdictDocument } from "./promotion-document.ts";

/** As `promote --plan -o json` has it; "refused": it would fail before its gate is asked. */
export function gateDocument(answer: GateAnswer): object {
  if (answer.kind === "judged") return verdictDocument(answer.verdict);
  return { verdict: "refused", reasons: [], problems: answer.problems.map(problemDocument) };
}

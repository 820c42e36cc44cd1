import type { GateAnswer } from "../../operate/bundles/judge-stages.ts";
import type { StagesStatus, StagesUnknown, StageStatus } from "../../operate/stage-status.ts";

/** For a log: a line for each stage, without what changes all the time; each with what it is about. */
export function stageLogLines(
  status: StagesStatus | StagesUnknown | undefined,
): readonly (readonly [about: string, line: string])[] {
  if (status === undefined) return [];
  if (status.kind === "unknown") return [["state", status.remark]];
  return status.stages.map((stage) => [`stage/${stage.stage}`, stageLine(stage)]);
}

function stageLine({ stage, bundle, progress, next, holds }: StageStatus): string {
  const parts = [
    bundle === undefined ? "no bundle yet" : bundle.id,
    ...(progress === undefined ? [] : [progress.sentence]),
    ...holds.map(({ target, owner }) => `${target} is held by ${owner}`),
    ...(next === undefined ? [] : [`to ${next.to}: ${gateWord(next.gate)}`]),
  ];
  return `stage/${stage} ${parts.join("; ")}`;
}

/** Kinds of reasons: their words say how far it is, which is never the same twice. */
function gateWord(answer: GateAnswer): string {
  if (answer.kind === "refused") return answer.problems.map(({ code }) => code).join(", ");
  const { verdict } = answer;
  return verdict.kind === "open" ? "open" : `${verdict.kind} (${verdict.reasons.map(({ code }) => code).join(", ")})`;
}

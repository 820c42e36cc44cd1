import type { Hold } from "../../bundle/hold.ts";
import type { OffStage } from "../../bundle/off-stage.ts";
import type { JudgedMove } from "../../operate/bundles/judge-stages.ts";
import type { StagesStatus, StagesUnknown, StageStatus } from "../../operate/stage-status.ts";
import { stateDocument } from "./bundle/bundle-document.ts";
import { gateDocument } from "./promotion/gate-document.ts";
import { holdDocument } from "./promotion/promotion-document.ts";

/** For programs: what `status -o json` has beside the hubs. Nothing where the fleet never made a bundle. */
export function stagesDocument(status: StagesStatus | StagesUnknown | undefined): object {
  if (status === undefined) return {};
  if (status.kind === "unknown") return { stages: null, remarks: [status.remark] };
  const { stages, newest, unreleased, brokenGlass, remarks, standing } = status;
  return {
    stages: stages.map(stageDocument),
    newest: newest === undefined ? null : { id: newest.id, madeAt: newest.madeAt, next: moveDocument(newest.next) },
    unreleased: unreleased === undefined ? null : { ...unreleased, commits: unreleased.commits ?? null },
    brokenGlass: brokenGlass.map((glass) => ({ ...glass, at: new Date(glass.at).toISOString() })),
    remarks,
    state: stateDocument(standing),
  };
}

function stageDocument({ stage, bundle, progress, goingOn, next, holds, off }: StageStatus): object {
  return {
    stage,
    bundle: bundle ?? null,
    progress: progress ?? null,
    goingOn: goingOn === undefined ? null : gateDocument(goingOn),
    next: next === undefined ? null : moveDocument(next),
    holds: holds.map(withoutVersion),
    off: off.map(offDocument),
  };
}

function offDocument({ next, attempt, ...one }: OffStage): object {
  const tried = attempt === undefined ? null : { ...attempt, at: new Date(attempt.at).toISOString() };
  return { ...one, next: next ?? null, attempt: tried };
}

function moveDocument({ bundle, to, gate, soak }: JudgedMove): object {
  const told =
    soak === undefined
      ? null
      : { sentence: soak.sentence, leftSeconds: Math.ceil(soak.leftMilliseconds / 1000), isDone: soak.isDone };
  return { bundle, stage: to, gate: gateDocument(gate), soak: told };
}

function withoutVersion(hold: Hold): object {
  const { version: _document, ...told } = holdDocument(hold) as { readonly version: 1 }; // as it was just made
  return told;
}

import { progressOf } from "../apply/promote/stage-progress-of.ts";
import type { GlassToSecond } from "../bundle/deadlines.ts";
import { type BundlePointer, holdsIn, pointerOf } from "../bundle/deployed.ts";
import { failedAttempt } from "../bundle/failed-attempt.ts";
import { glassToSecond } from "../bundle/glass-to-second.ts";
import { type Hold, isStanding } from "../bundle/hold.ts";
import { bundleId } from "../bundle/latest-bundle.ts";
import { type OffStage, offStage } from "../bundle/off-stage.ts";
import { progressSentence, type StageProgress } from "../bundle/waves.ts";
import type { Fleet, Hub } from "../fleet/fleet.ts";
import { type Draft } from "../runtime/local/draft.ts";
import type { GateAnswer, JudgedMove, JudgedStages } from "./bundles/judge-stages.ts";
import type { Unreleased } from "./bundles/unreleased.ts";
import { draftOfHub } from "./renames.ts";
import type { HubStatus } from "./status.ts";
import type { StateStanding } from "../ports/state-ref.ts";

/** One stage as an operator wants to see it. */
export interface StageStatus {
  readonly stage: string;
  /** What it was given last, and when; undefined: nothing yet. */
  readonly bundle: BundlePointer | undefined;
  /** How far its hubs have come with it; undefined without a bundle. */
  readonly progress: { readonly sentence: string; readonly hubs: StageProgress["hubs"] } | undefined;
  /** Whether it may go on; undefined: all of its hubs had their turn. */
  readonly goingOn: GateAnswer | undefined;
  /** What its bundle waits for before it enters the next stage; undefined: it is there, or there is none. */
  readonly next: JudgedMove | undefined;
  /** Of the stage and of its hubs, as long as they stand. */
  readonly holds: readonly Hold[];
  /** Hubs that are not at the stage's bundle, and those that run a draft. */
  readonly off: readonly OffStage[];
}

/** What the fleet's bundles are about. */
export interface StagesStatus {
  readonly kind: "read";
  /** In the order of fleet.yaml. */
  readonly stages: readonly StageStatus[];
  /** The bundle that was made last, where the first stage does not have it yet. */
  readonly newest: { readonly id: string; readonly madeAt: string; readonly next: JudgedMove } | undefined;
  /** What the next bundle would bring; undefined: nothing, or it is not known. */
  readonly unreleased: (Unreleased & { readonly since: string }) | undefined;
  /** Gates that one person opened, and that a second one is to look at. */
  readonly brokenGlass: readonly GlassToSecond[];
  /** What could not be told, in a line each. */
  readonly remarks: readonly string[];
  readonly standing: StateStanding;
}

/** Nobody knows what stages are to run. `remark`: why, in a line. */
export interface StagesUnknown {
  readonly kind: "unknown";
  readonly remark: string;
}

export interface StagesStatusProps {
  readonly fleet: Fleet;
  readonly files: ReadonlyMap<string, string>;
  readonly judged: JudgedStages;
  readonly unreleased: StagesStatus["unreleased"];
  readonly remarks: readonly string[];
  readonly standing: StateStanding;
  readonly hubs: readonly HubStatus[];
  readonly draft: Draft;
  readonly now: number;
}

/** Puts together what is known of stages. Pure. */
export function stagesStatus(props: StagesStatusProps): StagesStatus {
  const { fleet, files, judged, unreleased, remarks, standing } = props;
  const { latest, moves } = judged;
  const first = moves.find(({ from }) => from === undefined);
  const idOf = (digest: string): string => bundleId(files, digest) ?? digest.slice(0, 19);
  return {
    kind: "read",
    stages: fleet.stages.map(({ name }) => stageStatus(name, props)),
    newest: latest && first && { id: latest.id, madeAt: latest.document.madeAt, next: first },
    unreleased,
    brokenGlass: glassToSecond(judged.evidence.records.values(), {
      teamSize: fleet.teamSize,
      idOf,
      isSecondLook: judged.isSecondLook,
    }),
    remarks: [...remarks, ...judged.problems.map(({ code, message }) => `${code}: ${message}`)],
    standing,
  };
}

function stageStatus(name: string, props: StagesStatusProps): StageStatus {
  const { fleet, judged, now } = props;
  const { deployed, moves, goingOn } = judged;
  const pointer = deployed.stages[name];
  const progress = progressOf(deployed, now, { fleet, stage: name });
  const hubs = [...fleet.hubs.values()].filter((hub) => hub.stage === name);
  const targets = new Set<string>([`stage/${name}`, ...hubs.map((hub) => `hub/${hub.name}`)]);
  return {
    stage: name,
    bundle: pointer && { id: pointer.id, digest: pointer.digest, since: pointer.since },
    progress: pointer && { sentence: progressSentence(name, progress), hubs: progress.hubs },
    goingOn: goingOn.get(name),
    next: moves.find(({ from }) => from === name),
    holds: holdsIn(deployed).filter((hold) => isStanding(hold, now) && targets.has(hold.target)),
    off: hubs.flatMap((hub) => hubOffStage(hub, progress, props) ?? []),
  };
}

function hubOffStage(hub: Hub, progress: StageProgress, props: StagesStatusProps): OffStage | undefined {
  const { fleet, judged, hubs, draft, now } = props;
  const { deployed, evidence } = judged;
  const stage = deployed.stages[hub.stage];
  const pointer = pointerOf(deployed, hub);
  const state = progress.hubs.find(({ name }) => name === hub.name)?.state ?? "waiting";
  const status = hubs.find((one) => one.hub === hub.name);
  const target = `hub/${hub.name}`;
  const hasFailed = stage !== undefined && stage.hubs?.[hub.name] === "failed";
  return offStage({
    hub,
    stage,
    pointer,
    state: state === "kept" && hasFailed ? "failed" : state,
    hold: holdsIn(deployed).find((hold) => hold.target === target && isStanding(hold, now)),
    failed: hasFailed ? failedAttempt(evidence.records.values(), { hub: hub.name, bundle: stage.digest }) : undefined,
    draftSince: newerDraft(hub, { fleet, draft, since: pointer?.since }),
    seen: status === undefined || status.since === null ? undefined : (status.bundle ?? "draft"),
  });
}

/** Since when a draft counts instead of the bundle. */
function newerDraft(
  hub: Hub,
  { fleet, draft, since }: { readonly fleet: Fleet; readonly draft: Draft; readonly since: string | undefined },
): string | undefined {
  const isIterating = fleet.stages.find(({ name }) => name === hub.stage)?.policy.iterate ?? false;
  const entry = draftOfHub(hub, draft);
  if (!isIterating || since === undefined || entry === undefined || entry.bundle !== undefined) return undefined;
  return entry.since > since ? entry.since : undefined;
}

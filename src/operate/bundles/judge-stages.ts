import type { Bundle } from "../../bundle/bundle.ts";
import type { Deployed } from "../../bundle/deployed.ts";
import type { GateInput } from "../../bundle/gate-input.ts";
import type { GateVerdict } from "../../bundle/gate-verdict.ts";
import { judgeGate, policyOf } from "../../bundle/gate.ts";
import { latestBundle } from "../../bundle/latest-bundle.ts";
import { type MovingBundle, type NextMove, nextMoves } from "../../bundle/next-moves.ts";
import { findBundle } from "../../bundle/read-bundles.ts";
import { soakIn, soakLeftMilliseconds, soakSentence } from "../../bundle/soak.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import { type HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { readRecords, type ReadRecords } from "../../evidence/read-records.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { createJudge, type Judge, type JudgeProps } from "./judge-bundle.ts";
import { type IsSecondLook, secondLooks } from "./second-looks.ts";
import { rendererDiffers } from "./renderer-differs.ts";

/** What `promote` would say of a bundle and a stage. */
export type GateAnswer =
  | { readonly kind: "judged"; readonly verdict: GateVerdict }
  /** It would fail before the gate is asked. */
  | { readonly kind: "refused"; readonly problems: readonly HubfleetError[] };

/** How far a bundle has soaked in the stage that it is in. */
export interface SoakStatus {
  /** "3 d 4 h of 7 d, 12 of 20 spawns" */
  readonly sentence: string;
  /** At least, and when every look finds it well. */
  readonly leftMilliseconds: number;
  readonly isDone: boolean;
}

export interface JudgedMove extends NextMove {
  readonly gate: GateAnswer;
  /** In the stage that it comes from; undefined: it comes from none, or that stage cannot be told. */
  readonly soak: SoakStatus | undefined;
}

/** What gates say of the bundles that stages have and get next. */
export interface JudgedStages {
  readonly deployed: Deployed;
  readonly evidence: ReadRecords;
  /** The bundle that was made last; undefined: it cannot be read. */
  readonly latest: Bundle | undefined;
  readonly moves: readonly JudgedMove[];
  /** Of a stage that has hubs left to go: whether it may go on with its bundle. */
  readonly goingOn: ReadonlyMap<string, GateAnswer>;
  readonly isSecondLook: IsSecondLook;
  /** Files of bundles that cannot be read. */
  readonly problems: readonly HubfleetError[];
}

export interface JudgeStagesProps extends JudgeProps {
  readonly fleet: Fleet;
  readonly files: ReadonlyMap<string, string>;
  readonly deployed: Deployed;
  /** Whether this machine can make hubs of a bundle as the hubfleet did that made it. */
  readonly canRender: (renderer: string) => Promise<boolean>;
  /** Stages that have hubs left to go. */
  readonly unfinished: readonly string[];
}

/** Asks the gates that matter now, just as `promote` would. Never throws for what is on the state. */
export async function judgeStages(props: JudgeStagesProps): Promise<JudgedStages> {
  const { fleet, files, deployed, unfinished } = props;
  const problems: HubfleetError[] = [];
  const tolerant = <Result>(read: () => Result): Result | undefined => {
    try {
      return read();
    } catch (thrown) {
      problems.push(...fromUnknown(thrown));
      return undefined;
    }
  };
  const evidence = readRecords(files);
  const judge = createJudge({ files, deployed, evidence }, props);
  const latest = tolerant(() => latestBundle(files));
  const stages = fleet.stages.map(({ name }) => {
    const id = deployed.stages[name]?.id;
    return { name, bundle: id === undefined ? undefined : tolerant(() => moving(findBundle(files, id))) };
  });
  const ask = (id: string, stage: string): Promise<Asked> => askGate(id, { ...props, stage, judge, evidence });
  const moves = nextMoves(stages, latest && moving(latest)).map(async (move): Promise<JudgedMove> => {
    const { answer, input } = await ask(move.bundle, move.to);
    return { ...move, gate: answer, soak: input && soakOf(move.from, input) };
  });
  const goingOn = unfinished.flatMap((stage) => {
    const id = deployed.stages[stage]?.id;
    return id === undefined ? [] : [ask(id, stage).then(({ answer }) => [stage, answer] as const)];
  });
  return {
    deployed,
    evidence,
    latest,
    moves: await Promise.all(moves),
    goingOn: new Map(await Promise.all(goingOn)),
    isSecondLook: await secondLooks({ files, evidence }, { judge, fleet, now: props.now.getTime() }),
    problems,
  };
}

interface Asked {
  readonly answer: GateAnswer;
  readonly input?: GateInput;
}

type AskProps = JudgeStagesProps & {
  readonly stage: string;
  readonly judge: Judge;
  readonly evidence: ReadRecords;
};

/** In the order in which `promote` looks. */
export async function askGate(
  id: string,
  { files, stage, judge, evidence, canRender }: Pick<AskProps, "files" | "stage" | "judge" | "evidence" | "canRender">,
): Promise<Asked> {
  try {
    const bundle = findBundle(files, id);
    const differs = await rendererDiffers(bundle, canRender);
    if (differs !== undefined) throw differs;
    if (evidence.problems.length > 0) throw new HubfleetErrors(evidence.problems);
    const input = await judge.input(bundle, stage);
    return { answer: { kind: "judged", verdict: judgeGate(input) }, input };
  } catch (thrown) {
    return { answer: { kind: "refused", problems: fromUnknown(thrown) } };
  }
}

function soakOf(stage: string | undefined, input: GateInput): SoakStatus | undefined {
  const own = input.earlier.find(({ name }) => name === stage);
  if (own === undefined || own.isRemoved || own.hubs.length === 0) return undefined;
  const soak = soakIn(own, policyOf(own), input);
  return {
    sentence: soakSentence(soak),
    leftMilliseconds: soakLeftMilliseconds(soak),
    isDone: soak.isTimeDone && soak.isUseDone,
  };
}

function moving({ id, digest, document }: Bundle): MovingBundle {
  return { id, digest, madeAt: Date.parse(document.madeAt) };
}

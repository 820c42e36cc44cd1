import { fromUnknown } from "../../errors/from-unknown.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Report } from "../../ports/local-world.ts";
import type { StepReport } from "./check-report.ts";

/** One step as it is to be run. */
export interface Step {
  readonly name: string;
  readonly title: string;
  /** Names of earlier steps without which it cannot be tried. */
  readonly needs: readonly string[];
  /** Steps of one group go on with what the one before left: after a failure the rest says nothing new. */
  readonly group?: string;
  /** Why it is left out on this hub, which is no failure. */
  readonly skipped?: string;
  /** Runs whatever happened before, interruptions included: it takes away what others made. */
  readonly isCleanup?: boolean;
  /** Rejects with the reason. */
  run(): Promise<void>;
}

export interface RunStepsProps {
  readonly target: string;
  readonly clock: Clock;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Runs steps in order and says how each went. Never throws for a step that fails. */
export async function runSteps(steps: readonly Step[], props: RunStepsProps): Promise<readonly StepReport[]> {
  const done: StepReport[] = [];
  for (const step of steps) {
    const reason = step.isCleanup === true ? undefined : obstacle(step, { steps, done, signal: props.signal });
    done.push(reason === undefined ? await runStep(step, props) : report(step, "skipped", { reason }));
  }
  return done;
}

async function runStep(step: Step, { target, clock, report: tell, signal }: RunStepsProps): Promise<StepReport> {
  const begun = clock.now().getTime();
  const took = (): number => clock.now().getTime() - begun;
  tell({ target, text: step.title, state: "started" });
  try {
    await step.run();
    const milliseconds = took();
    tell({ target, text: step.title, state: "done", milliseconds });
    return report(step, "passed", { milliseconds });
  } catch (thrown) {
    const isInterrupted = signal.aborted && step.isCleanup !== true;
    const reason = isInterrupted ? "interrupted" : wordsOf(thrown);
    tell({ target, text: `${step.title}: ${reason}`, state: "failed" });
    return report(step, isInterrupted ? "interrupted" : "failed", { milliseconds: took(), reason });
  }
}

/** Why a step is not even tried, or undefined. */
function obstacle(
  { needs, group, skipped }: Step,
  {
    steps,
    done,
    signal,
  }: { readonly steps: readonly Step[]; readonly done: readonly StepReport[]; readonly signal: AbortSignal },
): string | undefined {
  if (signal.aborted) return "interrupted";
  if (skipped !== undefined) return skipped;
  const missing = done.find(({ name, state }) => needs.includes(name) && state !== "passed");
  if (missing !== undefined) return `${missing.name} did not pass`;
  const failed = done.find(
    ({ name, state }) =>
      group !== undefined && state !== "passed" && steps.find((one) => one.name === name)?.group === group,
  );
  return failed === undefined ? undefined : `${failed.name} did not pass`;
}

function report(
  { name, title }: Step,
  state: StepReport["state"],
  { milliseconds = 0, reason = null }: { readonly milliseconds?: number; readonly reason?: string | null },
): StepReport {
  return { name, title, state, milliseconds, reason };
}

/** The reason without the code: a check's reader wants to know what is wrong with the hub. */
function wordsOf(thrown: unknown): string {
  const [problem] = fromUnknown(thrown);
  return problem === undefined ? String(thrown) : problem.message;
}

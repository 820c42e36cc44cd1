import type { Fleet, Hub } from "../../fleet/fleet.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import type { CheckPlace } from "./check-place.ts";
import type { CheckReport } from "./check-report.ts";
import type { CheckState } from "./check-state.ts";
import { checkSteps } from "./check-steps.ts";
import { type DeferredPart, planDeferral } from "./deferred.ts";
import { runSteps } from "./run-steps.ts";
import { selectSteps } from "./select-steps.ts";

export interface CheckProps {
  readonly fleet: Fleet;
  readonly hub: Hub;
  /** Absolute path of the working tree, where the files of extra checks lie. */
  readonly directory: string;
  /** Names of steps; undefined: all. */
  readonly only: readonly string[] | undefined;
  readonly place: CheckPlace;
  readonly world: Pick<LocalWorld, "clock" | "files" | "hubApi" | "hubSessions" | "machine" | "random">;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Tries a hub as a temporary user of it, and leaves nothing behind, whatever fails and whenever it is interrupted; what
 * a killed check left goes with the next one. Never throws for what is wrong with the hub.
 * @throws HubfleetError UNKNOWN_STEP, CHECK_RUNNING
 */
export async function runCheck(props: CheckProps): Promise<CheckReport> {
  const { hub, place, world, report, signal } = props;
  const target = `hub/${hub.name}`;
  const names = hub.checks.map(({ name }) => name);
  const isKnown = (name: string): boolean => name !== "due";
  selectSteps(names, props.only?.filter(isKnown)); // refuses unknown names before anything is touched
  return place.withTurn(async () => {
    const run = world.random.hex(4);
    const started = world.clock.now();
    const waiting = await place.deferred.read();
    const { only, after } = planDeferral(hub, { only: props.only, waiting, now: started });
    if (only?.length === 0) return nothingDue(target, { run, started, waiting });
    const selected = selectSteps(names, only);
    const state: CheckState = {
      user: `hubfleet-check-${run}`,
      isServerRunning: false,
      findHub: () => place.findHub(signal),
    };
    const steps = await runSteps(checkSteps(selected, { ...props, state }), {
      target,
      clock: world.clock,
      report,
      signal,
    }).finally(() => place.leave());
    const states = new Set(steps.map((step) => step.state));
    const deferred = signal.aborted ? waiting : after(steps, run);
    await place.deferred.write(deferred);
    return {
      version: 1,
      target,
      verdict: signal.aborted ? "interrupted" : states.has("failed") ? "failed" : "passed",
      run,
      user: state.user,
      started: started.toISOString(),
      milliseconds: world.clock.now().getTime() - started.getTime(),
      steps,
      swept: state.session?.swept ?? [],
      deferred,
    };
  });
}

/** Nobody is let in where there is nothing to see. */
function nothingDue(
  target: string,
  { run, started, waiting }: { run: string; started: Date; waiting: readonly DeferredPart[] },
): CheckReport {
  const whole = { version: 1, target, verdict: "passed", run, user: `hubfleet-check-${run}` } as const;
  return { ...whole, started: started.toISOString(), milliseconds: 0, steps: [], swept: [], deferred: waiting };
}

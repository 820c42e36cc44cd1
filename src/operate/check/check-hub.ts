import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet, Hub } from "../../fleet/fleet.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { fleetPaths, hubPaths } from "../../runtime/local/paths.ts";
import { hubPorts } from "../../runtime/local/ports.ts";
import { observeHub, operatorToken } from "../observe-hub.ts";
import type { CheckReport } from "./check-report.ts";
import type { CheckState, FoundHub } from "./check-state.ts";
import { checkSteps } from "./check-steps.ts";
import { type DeferredPart, planDeferral, readDeferred, writeDeferred } from "./deferred.ts";
import { runSteps } from "./run-steps.ts";
import { selectSteps } from "./select-steps.ts";

export interface CheckHubProps {
  readonly fleet: Fleet;
  readonly hub: Hub;
  /** Absolute path of the working tree, where the files of extra checks lie. */
  readonly directory: string;
  /** Names of steps; undefined: all. */
  readonly only: readonly string[] | undefined;
  readonly world: LocalWorld;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Tries a hub as a temporary user of it, and leaves nothing behind, whatever fails and whenever it is interrupted; what
 * a killed check left goes with the next one. Never throws for what is wrong with the hub.
 * @throws HubfleetError UNKNOWN_STEP, CHECK_RUNNING
 */
export async function checkHub(props: CheckHubProps): Promise<CheckReport> {
  const { fleet, hub, world, report, signal } = props;
  const target = `hub/${hub.name}`;
  const names = hub.checks.map(({ name }) => name);
  const isKnown = (name: string): boolean => name !== "due";
  selectSteps(names, props.only?.filter(isKnown)); // refuses unknown names before anything is touched
  return withTurn(props, async () => {
    const run = world.random.hex(4);
    const started = world.clock.now();
    const waiting = await readDeferred(fleet.uuid, hub.name, world);
    const { only, after } = planDeferral(hub, { only: props.only, waiting, now: started });
    if (only?.length === 0) return nothingDue(target, { run, started, waiting });
    const selected = selectSteps(names, only);
    const state: CheckState = {
      user: `hubfleet-check-${run}`,
      isServerRunning: false,
      findHub: () => findHub(fleet.uuid, hub, world),
    };
    const steps = await runSteps(checkSteps(selected, { ...props, state }), {
      target,
      clock: world.clock,
      report,
      signal,
    });
    const states = new Set(steps.map((step) => step.state));
    const deferred = signal.aborted ? waiting : after(steps, run);
    await writeDeferred(fleet.uuid, hub.name, { parts: deferred, world });
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

/** One check at a time for each hub: each of them removes whatever other checks have there. */
async function withTurn<Result>({ fleet, hub, world }: CheckHubProps, work: () => Promise<Result>): Promise<Result> {
  const note = `${fleetPaths(world.machine.stateRoot, fleet.uuid).directory}/check-${hub.name}.json`;
  const turn = await world.locks.tryAcquire(`check/${fleet.uuid}/${hub.name}`, note, "check");
  if (turn.kind === "taken") {
    const who = turn.by === undefined ? "another check" : `another check (process ${turn.by.pid})`;
    throw new HubfleetError("CHECK_RUNNING", {
      message: `${who} is at work on hub "${hub.name}"`,
      hint: "wait until it is done",
      retry: "later",
    });
  }
  try {
    return await work();
  } finally {
    await turn.release();
  }
}

/** Where the hub is reached, as it runs and not as it is going to be. */
async function findHub(fleetUuid: string, { name }: Hub, world: LocalWorld): Promise<FoundHub> {
  const { applied, components } = await observeHub({ fleetUuid, name, port: undefined, basePath: undefined }, world);
  const paths = hubPaths(world.machine.stateRoot, fleetUuid, name);
  const token = await operatorToken(paths.secrets, world);
  if (applied?.hub.port === undefined || token === undefined) {
    throw unreachable(`hub "${name}" was not brought up on this machine: \`hubfleet up hub/${name}\``);
  }
  if (components.hub.process === undefined) {
    throw unreachable(`the hub process of "${name}" does not run: \`hubfleet apply hub/${name}\``);
  }
  const { hub, cluster } = applied;
  const ports = hubPorts(applied.hub.port);
  const scheme = cluster.https === undefined ? "http" : "https";
  // A certificate is for the name that people use; without one, this machine reaches itself best by its own address.
  const address = ["0.0.0.0", "::"].includes(cluster.address) ? "127.0.0.1" : cluster.address;
  const host = cluster.https === undefined ? address : (hub.domain ?? address);
  const healthUrl = `http://127.0.0.1:${ports.gatewayProxy}${hub.basePath}services/dask-gateway/api/health`;
  return {
    hub: {
      operator: { url: `http://127.0.0.1:${ports.hub}${hub.basePath}`, token },
      url: `${scheme}://${host}:${ports.public}${hub.basePath}`,
    },
    gateway: hub.dask.enabled ? { record: `${paths.run}/gateway.json`, healthUrl } : undefined,
  };
}

function unreachable(message: string): HubfleetError {
  return new HubfleetError("HUB_UNREACHABLE", { message, retry: "later" });
}

import { observeHub, observeProps, startMilliseconds } from "../operate/observe-hub.ts";
import type { HubSync } from "../ports/hub-api.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { DesiredComponent, DesiredHub } from "../runtime/local/desired-hub.ts";
import type { ObservedHub } from "../runtime/local/observed-hub.ts";
import type { HubSecrets } from "../runtime/local/secrets.ts";
import type { Steps } from "./steps.ts";
import {
  componentsToStart,
  outdatedProcesses,
  requireFreePorts,
  startComponent,
  stopGraceMilliseconds,
  waitUntilHealthy,
} from "./components.ts";
import { endStranded, stopServersOfMovingHub } from "./end-stranded.ts";
import { recordApplied } from "./record-applied.ts";
import { ensureHubDirectories, ensureSecrets, removeOldDocuments } from "./hub-directories.ts";

export interface ApplyHubProps {
  readonly fleetUuid: string;
  readonly desired: DesiredHub;
  /** Where the logo and the templates are copied from, by the path they are copied to. */
  readonly copies: ReadonlyMap<string, string>;
  readonly world: LocalWorld;
  readonly steps: Steps;
}

/**
 * Makes one hub as it should be. The same body installs, changes and mends: it looks at what is there, does what is
 * missing, and may be killed and run again at any point.
 * @throws HubfleetError PORT_TAKEN, HUB_NOT_HEALTHY, PROCESS_NOT_STARTED, SECRET_MISSING, HUB_UNREACHABLE
 */
export async function applyHub(props: ApplyHubProps): Promise<void> {
  const { desired, fleetUuid, world, steps } = props;
  await ensureHubDirectories(desired, world);
  const secrets = await ensureSecrets(desired, world);
  await writeDocuments(props);

  const observed = await observeHub({ ...observeProps(desired), fleetUuid }, world);
  const starting = componentsToStart(desired, observed);
  // Before anything is stopped: a hub that cannot start where it should goes on where it is.
  await requireFreePorts(starting, desired, world);
  await stopServersOfMovingHub(props, observed, secrets);
  const outdated = outdatedProcesses(desired, observed);
  if (outdated.length > 0) {
    await steps.run(`hub/${desired.name}`, "stop", () => world.processes.stop(outdated, stopGraceMilliseconds));
  }
  await endStranded(props);
  await startInOrder(starting, props, secrets);
  await awaitYoung(observed, props, { starting, secrets });

  await syncLive(props, { observed, starting, secrets });
  await removeOldDocuments(desired, world);
  // Last of all: while it differs from what runs, `plan` knows that somebody was killed on the way here.
  await recordApplied(desired, observed.applied, world);
}

async function writeDocuments({ desired, copies, world }: ApplyHubProps): Promise<void> {
  for (const [to, from] of copies) {
    if (!(await world.files.exists(to))) await world.files.copy(from, to);
  }
  for (const { path, content } of [...desired.settings, desired.current]) {
    await world.files.ensureFile(path, content, 0o600);
  }
}

/** Proxy, gateway and hub start together: each finds the others when they are up. The culler needs a hub. */
async function startInOrder(
  starting: readonly DesiredComponent[],
  { desired, world, steps }: ApplyHubProps,
  secrets: HubSecrets,
): Promise<void> {
  const begin = (component: DesiredComponent): Promise<void> =>
    steps.run(`hub/${desired.name}`, `start ${component.name}`, async () => {
      await startComponent(component, desired, { world, secrets });
      await waitUntilHealthy(component, desired, { world, secrets });
    });
  const together = starting.filter(({ name }) => name !== "culler");
  const results = await Promise.allSettled(together.map(begin));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  for (const component of starting.filter(({ name }) => name === "culler")) await begin(component);
}

/** A command that was killed may have started them just now: they are as wanted and don't answer yet. */
async function awaitYoung(
  observed: ObservedHub,
  { desired, world }: ApplyHubProps,
  { starting, secrets }: { starting: readonly DesiredComponent[]; secrets: HubSecrets },
): Promise<void> {
  const youngest = world.clock.now().getTime() - startMilliseconds;
  const young = desired.components.filter((component) => {
    const { process } = observed.components[component.name];
    return !starting.includes(component) && process !== undefined && process.startedAt.getTime() > youngest;
  });
  await Promise.all(young.map((component) => waitUntilHealthy(component, desired, { world, secrets })));
}

async function syncLive(
  { desired, world, steps }: ApplyHubProps,
  {
    observed,
    starting,
    secrets,
  }: { observed: ObservedHub; starting: readonly DesiredComponent[]; secrets: HubSecrets },
): Promise<void> {
  const address = { url: desired.apiUrl, token: secrets.operatorToken };
  const state = await world.hubApi.state(address);
  if (state.current !== desired.currentDigest) {
    await steps.run(`hub/${desired.name}`, "live settings", () => world.hubApi.sync(address), describeSync);
  }
  const isNew = (name: string): boolean => starting.some((component) => component.name === name);
  // A proxy keeps its routes in memory only; a hub that starts tells them itself, one that runs must be asked to.
  if (isNew("hub") || observed.components.hub.process === undefined) return;
  // One that was only just started could not be asked which it knows.
  if (isNew("proxy") || observed.components.proxy.isStarting === true || observed.lostRoutes.length > 0) {
    await steps.run(`hub/${desired.name}`, "restore routes", () => world.hubApi.restoreRoutes(address));
  }
}

function describeSync({ removedUsers, demotedAdmins, stoppedServers, revokedTokens }: HubSync): string {
  const words = [
    removedUsers.length > 0 ? `removed ${removedUsers.join(", ")}` : "",
    demotedAdmins.length > 0 ? `no longer admin: ${demotedAdmins.join(", ")}` : "",
    stoppedServers.length > 0
      ? `stopped ${stoppedServers.length} ${stoppedServers.length === 1 ? "server" : "servers"}`
      : "",
    revokedTokens > 0 ? `revoked ${revokedTokens} ${revokedTokens === 1 ? "token" : "tokens"}` : "",
  ].filter((word) => word !== "");
  return words.length === 0 ? "in effect" : `in effect; ${words.join("; ")}`;
}

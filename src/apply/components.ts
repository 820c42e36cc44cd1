import { HubfleetError } from "../errors/hubfleet-error.ts";
import { startMilliseconds } from "../operate/observe-hub.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { PortOwner, ProcessIdentity } from "../ports/processes.ts";
import type { ComponentName, DesiredComponent, DesiredHub } from "../runtime/local/desired-hub.ts";
import type { ObservedHub } from "../runtime/local/observed-hub.ts";
import type { HubSecrets } from "../runtime/local/secrets.ts";

export type ComponentWorld = Pick<LocalWorld, "files" | "processes" | "hubApi" | "clock">;

export const stopGraceMilliseconds = 20_000;

/** Components that are wanted but don't run as wanted, in the order in which they start. */
export function componentsToStart(desired: DesiredHub, observed: ObservedHub): readonly DesiredComponent[] {
  return desired.components.filter(
    ({ name, specDigest }) => observed.components[name].process?.specDigest !== specDigest,
  );
}

/** What runs otherwise than wanted, or is not wanted, or was left behind by a component that ended. */
export function outdatedProcesses(desired: DesiredHub, observed: ObservedHub): readonly ProcessIdentity[] {
  return (Object.keys(observed.components) as ComponentName[]).flatMap((name): ProcessIdentity[] => {
    const { process, strays } = observed.components[name];
    const wanted = desired.components.find((component) => component.name === name);
    const keep = process !== undefined && process.specDigest === wanted?.specDigest;
    return [...(process === undefined || keep ? [] : [process]), ...strays];
  });
}

/**
 * The hub's own processes may hold them: they are stopped before the new ones start.
 * @throws HubfleetError PORT_TAKEN naming the program that listens there
 */
export async function requireFreePorts(
  components: readonly DesiredComponent[],
  desired: DesiredHub,
  { processes }: ComponentWorld,
): Promise<void> {
  for (const port of components.flatMap((component) => component.ports)) {
    const owner = await processes.portOwner(port);
    if (owner === undefined || isOwn(owner, components)) continue;
    const who =
      owner.process === undefined
        ? "a program of another account"
        : `process ${owner.process.pid} (${owner.process.command})`;
    throw new HubfleetError("PORT_TAKEN", {
      message: `port ${port}, which hub "${desired.name}" needs, is taken by ${who}`,
      hint: `end that program, or change port in hubs/${desired.name}.yaml (the hub takes ten ports from there)`,
      retry: "later",
    });
  }
}

function isOwn({ process }: PortOwner, components: readonly DesiredComponent[]): boolean {
  const hub = components[0]?.marker.replace(/[^/]*$/, "");
  return hub !== undefined && process?.marker?.startsWith(hub) === true;
}

/** Starts one component with its secrets; it may take a while until it works. */
export async function startComponent(
  component: DesiredComponent,
  desired: DesiredHub,
  { world, secrets }: { world: ComponentWorld; secrets: HubSecrets },
): Promise<ProcessIdentity> {
  // A log begins with its process: what went wrong this time is not mixed with what went wrong before.
  await world.files.rotate(component.log, 0);
  const { marker, argv, log, record, specDigest } = component;
  const environment = { ...component.environment, ...secretVariables(component.name, secrets) };
  return world.processes.start({ marker, argv, environment, directory: desired.paths.run, log, record, specDigest });
}

/**
 * Waits until a component does its work.
 * @throws HubfleetError HUB_NOT_HEALTHY with its last words, at once when it has ended
 */
export async function waitUntilHealthy(
  component: DesiredComponent,
  desired: DesiredHub,
  { world, secrets }: { world: ComponentWorld; secrets: HubSecrets },
): Promise<void> {
  const until = world.clock.now().getTime() + startMilliseconds;
  while (!(await isWorking(component, desired, { world, secrets }))) {
    const hasEnded = (await world.processes.observe(component.record)) === undefined;
    if (hasEnded || world.clock.now().getTime() > until) {
      throw await notHealthy(component, desired, { hasEnded, world });
    }
    await world.clock.sleep(100);
  }
}

async function isWorking(
  { name, record }: DesiredComponent,
  desired: DesiredHub,
  { world, secrets }: { world: ComponentWorld; secrets: HubSecrets },
): Promise<boolean> {
  const { ports, apiUrl } = desired;
  if (name === "proxy") {
    if (!(await world.hubApi.answers(`http://127.0.0.1:${ports.proxyApi}/api/routes`, secrets.proxyToken)))
      return false;
    // It answers there even when it could not get its public port, so that port must be this very process's.
    const [owner, process] = await Promise.all([
      world.processes.portOwner(ports.public),
      world.processes.observe(record),
    ]);
    return owner?.process?.pid === process?.pid;
  }
  if (name === "gateway") {
    return world.hubApi.answers(
      `http://127.0.0.1:${ports.gatewayProxy}${desired.hub.basePath}services/dask-gateway/api/health`,
    );
  }
  if (name === "hub") return world.hubApi.isHealthy({ url: apiUrl, token: secrets.operatorToken });
  return (await world.processes.observe(record)) !== undefined;
}

async function notHealthy(
  component: DesiredComponent,
  desired: DesiredHub,
  { hasEnded, world }: { hasEnded: boolean; world: ComponentWorld },
): Promise<HubfleetError> {
  const words = (await world.files.tail(component.log, 12)).map((line) => `  ${line}`).join("\n");
  const what = hasEnded ? "ended right after its start" : `did not answer within ${startMilliseconds / 1000} s`;
  return new HubfleetError("HUB_NOT_HEALTHY", {
    message: `the ${component.name} of hub "${desired.name}" ${what}; its last words:\n${words}`,
    hint: `hubfleet logs hub/${desired.name} --component ${component.name}`,
    retry: "later",
  });
}

function secretVariables(name: ComponentName, secrets: HubSecrets): Readonly<Record<string, string>> {
  switch (name) {
    case "proxy":
      return { CONFIGPROXY_AUTH_TOKEN: secrets.proxyToken };
    case "culler":
      return { JUPYTERHUB_API_TOKEN: secrets.cullerToken };
    case "hub":
    case "gateway":
      return {}; // they read data/secrets.json
  }
}

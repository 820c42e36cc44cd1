import type { LocalWorld } from "../ports/local-world.ts";
import type { MarkedProcess, PortOwner } from "../ports/processes.ts";
import { type ComponentName, componentNames, type DesiredHub, markerPrefix } from "../runtime/local/desired-hub.ts";
import { sha256 } from "../runtime/local/digest.ts";
import type { AppliedHub, ObservedComponent, ObservedHub } from "../runtime/local/observed-hub.ts";
import { hubPaths } from "../runtime/local/paths.ts";
import { hubPorts } from "../runtime/local/ports.ts";
import type { HubSecrets } from "../runtime/local/secrets.ts";

export type ObserveWorld = Pick<LocalWorld, "files" | "processes" | "hubApi" | "machine" | "clock">;

export interface ObserveHubProps {
  readonly fleetUuid: string;
  readonly name: string;
  /** First port and base path, where they are known: without them nothing is asked over HTTP. */
  readonly port: number | undefined;
  readonly basePath: string | undefined;
}

/** Looks at hubs of one fleet: records, /proc (once), their HTTP interfaces and ports. Changes nothing. */
export async function observeHubs(
  fleetUuid: string,
  hubs: readonly Omit<ObserveHubProps, "fleetUuid">[],
  world: ObserveWorld,
): Promise<readonly ObservedHub[]> {
  const marked = await world.processes.findMarked(`${fleetUuid}/`);
  return Promise.all(hubs.map((hub) => observeOneHub({ ...hub, fleetUuid }, marked, world)));
}

export async function observeHub(props: ObserveHubProps, world: ObserveWorld): Promise<ObservedHub> {
  const marked = await world.processes.findMarked(markerPrefix(props.fleetUuid, props.name));
  return observeOneHub(props, marked, world);
}

async function observeOneHub(
  props: ObserveHubProps,
  marked: readonly MarkedProcess[],
  world: ObserveWorld,
): Promise<ObservedHub> {
  const { files } = world;
  const paths = hubPaths(world.machine.stateRoot, props.fleetUuid, props.name);
  const [appliedText, currentText, grantsText] = await Promise.all(
    [paths.applied, paths.current, paths.grants].map((path) => files.read(path)),
  );
  const applied = parseApplied(appliedText);
  // Where it runs now is where it was put, not where it is going to be.
  const port = applied?.hub.port ?? props.port;
  const basePath = applied?.hub.basePath ?? props.basePath;
  const observed = await observeComponents({ ...props, port: props.port ?? port }, marked, world);
  const state =
    observed.hub.process === undefined || port === undefined || basePath === undefined
      ? undefined
      : await askHub(port, basePath, paths.secrets, world);

  const places = { port: props.port ?? port, basePath: props.basePath ?? basePath, secretsPath: paths.secrets };

  return {
    name: props.name,
    components: await markStarting(observed, { ...places, hasState: state !== undefined }, world),
    applied,
    state,
    currentOnDisk: currentText === undefined ? undefined : sha256(currentText),
    lostRoutes: port === undefined ? [] : await findLostRoutes({ port, state, secretsPath: paths.secrets }, world),
    userProcesses: marked.filter(({ marker }) => isOfUser(marker, markerPrefix(props.fleetUuid, props.name))),
    grants: parseGrants(grantsText),
    strangers: await findStrangers(props, observed, world),
  };
}

function isOfUser(marker: string, prefix: string): boolean {
  return marker.startsWith(`${prefix}server/`) || marker.startsWith(`${prefix}dask/`);
}

/** How hubfleet reaches a hub that it made, or undefined when it has no token for it yet. */
export async function operatorToken(
  secretsPath: string,
  { files }: Pick<ObserveWorld, "files">,
): Promise<string | undefined> {
  const text = await files.read(secretsPath);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as HubSecrets).operatorToken; // written by completeSecrets
  } catch {
    return undefined; // `why` says that the file is damaged
  }
}

async function observeComponents(
  { fleetUuid, name, port }: ObserveHubProps,
  marked: readonly MarkedProcess[],
  { processes, machine }: ObserveWorld,
): Promise<Record<ComponentName, ObservedComponent>> {
  const paths = hubPaths(machine.stateRoot, fleetUuid, name);
  const observeOne = async (component: ComponentName): Promise<ObservedComponent> => {
    const process = await processes.observe(`${paths.run}/${component}.json`);
    const own = marked.filter(({ marker }) => marker === `${markerPrefix(fleetUuid, name)}${component}`);
    const strays = process === undefined ? own : strangersTo(process.pid, own);
    if (process === undefined || strays.length === 0) return { process, strays };
    // A proxy stays when its port is taken. One that an earlier one keeps from its port is no component: both go.
    const isShutOut = port !== undefined && (await holdPorts(strays, Object.values(hubPorts(port)), processes));
    return isShutOut ? { process: undefined, strays: own } : { process, strays };
  };
  const [proxy, gateway, hub, culler] = await Promise.all(componentNames.map(observeOne));
  if (proxy === undefined || gateway === undefined || hub === undefined || culler === undefined) throw new TypeError();
  return { proxy, gateway, hub, culler };
}

async function holdPorts(
  strays: readonly MarkedProcess[],
  ports: readonly number[],
  { portOwner }: Pick<ObserveWorld["processes"], "portOwner">,
): Promise<boolean> {
  const owners = await Promise.all(ports.map((port) => portOwner(port)));
  return owners.some((owner) => strays.some(({ pid }) => pid === owner?.process?.pid));
}

/** Those that are neither the process nor its descendants. */
function strangersTo(pid: number, marked: readonly MarkedProcess[]): readonly MarkedProcess[] {
  const family = new Set([pid]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const process of marked) if (family.has(process.parent)) family.add(process.pid);
  }
  return marked.filter((process) => !family.has(process.pid));
}

/** Waits that long for a component to do its work: one that is older will never. */
export const startMilliseconds = 120_000;

/** A command that was killed leaves components that are as wanted, and nothing else says that they don't work yet. */
async function markStarting(
  components: Record<ComponentName, ObservedComponent>,
  { port, basePath, secretsPath, hasState }: StartingProps,
  { files, hubApi, clock }: ObserveWorld,
): Promise<Record<ComponentName, ObservedComponent>> {
  const since = clock.now().getTime() - startMilliseconds;
  const isYoung = ({ process }: ObservedComponent): boolean =>
    process !== undefined && process.startedAt.getTime() > since;
  if (port === undefined || basePath === undefined) return components;
  const { gateway, hub, proxy } = components;
  const ports = hubPorts(port);
  const routes = `http://127.0.0.1:${ports.proxyApi}/api/routes`;
  const health = `http://127.0.0.1:${ports.gatewayProxy}${basePath}services/dask-gateway/api/health`;
  const token = isYoung(proxy) ? await readProxyToken(secretsPath, files) : undefined;
  const [proxyWorks, gatewayWorks] = await Promise.all([
    !isYoung(proxy) || hubApi.answers(routes, token),
    !isYoung(gateway) || hubApi.answers(health),
  ]);
  const mark = (component: ObservedComponent, works: boolean): ObservedComponent =>
    works ? component : { ...component, isStarting: true };
  return {
    ...components,
    proxy: mark(proxy, proxyWorks),
    gateway: mark(gateway, gatewayWorks),
    hub: mark(hub, !isYoung(hub) || hasState),
  };
}

interface StartingProps {
  readonly port: number | undefined;
  readonly basePath: string | undefined;
  readonly secretsPath: string;
  readonly hasState: boolean;
}

async function readProxyToken(path: string, files: ObserveWorld["files"]): Promise<string | undefined> {
  try {
    return (JSON.parse((await files.read(path)) ?? "{}") as Partial<HubSecrets>).proxyToken; // written by completeSecrets
  } catch {
    return undefined;
  }
}

async function askHub(
  port: number,
  basePath: string,
  secretsPath: string,
  world: ObserveWorld,
): Promise<ObservedHub["state"]> {
  const token = await operatorToken(secretsPath, world);
  if (token === undefined) return undefined;
  const url = `http://127.0.0.1:${hubPorts(port).hub}${basePath}`;
  return world.hubApi.state({ url, token }).catch(() => undefined);
}

/** A proxy keeps its routes in memory: one that was started anew knows no server until a hub tells it. */
async function findLostRoutes(
  { port, state, secretsPath }: { port: number; state: ObservedHub["state"]; secretsPath: string },
  { files, hubApi }: ObserveWorld,
): Promise<readonly string[]> {
  const wanted = (state?.users ?? [])
    .flatMap(({ servers }) => servers.filter(({ ready }) => ready))
    .map(({ url }) => decodeURIComponent(url).replace(/\/+$/, ""));
  if (wanted.length === 0) return [];
  const { proxyToken } = JSON.parse((await files.read(secretsPath)) ?? "{}") as HubSecrets; // written by completeSecrets
  const url = `http://127.0.0.1:${hubPorts(port).proxyApi}/`;
  // A proxy that does not answer has a finding of its own.
  const known = await hubApi.routes({ url, token: proxyToken }).catch(() => wanted);
  return wanted.filter((path) => !known.includes(path));
}

async function findStrangers(
  { fleetUuid, name, port }: ObserveHubProps,
  components: Record<ComponentName, ObservedComponent>,
  { processes }: ObserveWorld,
): Promise<readonly PortOwner[]> {
  // A hub that runs holds its ports; only one that is to be started can find somebody else there.
  if (port === undefined || componentNames.every((component) => components[component].process !== undefined)) return [];
  const owners = await Promise.all(Object.values(hubPorts(port)).map((one) => processes.portOwner(one)));
  const own = markerPrefix(fleetUuid, name);
  return owners.filter(
    (owner) => owner !== undefined && owner.process?.marker?.startsWith(own) !== true,
  ) as PortOwner[]; // filter removed undefined
}

/** What was last put in place of a hub; undefined where that is damaged. */
export function parseApplied(text: string | undefined): AppliedHub | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as AppliedHub; // written by applyHub
  } catch {
    return undefined;
  }
}

function parseGrants(text: string | undefined): ObservedHub["grants"] {
  try {
    const { grants = {} } = JSON.parse(text ?? "{}") as { grants?: ObservedHub["grants"] }; // written by the hub
    return grants;
  } catch {
    return {};
  }
}

/** What to observe for a hub that is to be brought up. */
export function observeProps(desired: DesiredHub): Omit<ObserveHubProps, "fleetUuid"> {
  return { name: desired.name, port: desired.ports.public, basePath: desired.hub.basePath };
}

import type { Hub, LocalCluster } from "../../fleet/fleet.ts";
import { sha256, stableJson } from "./digest.ts";
import type { DraftHub, DraftImage } from "./draft.ts";
import { type HubPaths, hubPaths } from "./paths.ts";
import { type HubPorts, hubPorts, signOffPort } from "./ports.ts";
import { renderCurrent } from "./render-current.ts";
import { gatewaySettings, hubSettings } from "./render-settings.ts";
import type { UidBlock } from "./uid-blocks.ts";

export const componentNames = ["proxy", "gateway", "hub", "culler"] as const;
export type ComponentName = (typeof componentNames)[number];

/** One process of a hub as it should run. Secrets are not in it: `apply` adds them to the environment. */
export interface DesiredComponent {
  readonly name: ComponentName;
  readonly marker: string;
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly log: string;
  readonly record: string;
  /** Ports it listens on, to be free before it starts. */
  readonly ports: readonly number[];
  readonly specDigest: string;
}

export interface DesiredFile {
  readonly path: string;
  readonly content: string;
}

/** Everything about one hub on this machine, as it should be. */
export interface DesiredHub {
  readonly name: string;
  readonly hub: Hub;
  readonly cluster: LocalCluster;
  readonly images: Readonly<Record<string, DraftImage>>;
  readonly paths: HubPaths;
  readonly ports: HubPorts;
  /** What people open. */
  readonly url: string;
  /** The hub past its proxy, for hubfleet itself. */
  readonly apiUrl: string;
  readonly current: DesiredFile;
  readonly currentDigest: string;
  readonly settings: readonly DesiredFile[];
  readonly components: readonly DesiredComponent[];
  readonly uids: UidBlock | undefined;
  readonly look: Look;
  /** What it is made of; undefined: a working tree. */
  readonly bundle?: DraftHub["bundle"];
}

/** What the machine gives: where things are, and who we are on it. */
export interface Machine {
  readonly stateRoot: string;
  /** Where built environments are kept, for every fleet and state root that is told the same. */
  readonly environments: string;
  /** Processes of users get ids of their own; needs root. Undefined: everything runs as the one who started it. */
  readonly isRoot: boolean;
  readonly node: string;
  /** Absolute path of configurable-http-proxy's program. */
  readonly proxyProgram: string;
  readonly proxyVersion: string;
  /** Absolute path of what keeps the proxy's log below a size, loaded into it. */
  readonly boundLog: string;
  /** Directory that holds the `hubfleet_local` package as copied to this machine; its name is its content. */
  readonly pythonPath: string;
}

export interface DesiredHubProps {
  readonly fleet: { readonly name: string; readonly uuid: string };
  readonly hub: Hub;
  readonly cluster: LocalCluster;
  readonly images: Readonly<Record<string, DraftImage>>;
  readonly uids: UidBlock | undefined;
  readonly machine: Machine;
  readonly look: Look;
  readonly bundle?: DraftHub["bundle"];
  /** Of the GitHub app's secret, where the hub has one. The secret itself stays out of everything that is rendered. */
  readonly loginSecretDigest?: string;
}

/** Names, made from content, of the copies of logo and templates that the hub reads, where it has them. */
export interface Look {
  readonly logo?: string;
  readonly templates?: string;
}

/** Renders one hub. Pure: the same arguments give the same bytes. */
export function desiredHub(props: DesiredHubProps): DesiredHub {
  const { fleet, hub, cluster, machine } = props;
  if (hub.port === undefined) throw new TypeError(`local hub "${hub.name}" has no port`); // validation demands one
  const paths = hubPaths(machine.stateRoot, fleet.uuid, hub.name);
  const ports = hubPorts(hub.port);
  const current = stableJson(renderCurrent(hub, props.images));
  const forHub = settingsFile(paths, "hub", hubSettings({ ...props, paths, ports }));
  const forGateway = settingsFile(paths, "gateway", gatewaySettings({ ...props, paths, ports }));
  const apiUrl = `http://127.0.0.1:${ports.hub}${hub.basePath}`;

  return {
    name: hub.name,
    hub,
    cluster,
    images: props.images,
    paths,
    ports,
    url: hubAddress(hub, cluster),
    apiUrl,
    current: { path: paths.current, content: current },
    currentDigest: sha256(current),
    settings: [forHub, forGateway],
    components: [
      proxyComponent(props, paths, ports),
      pythonComponent(
        "gateway",
        props,
        paths,
        [ports.gatewayProxy, ports.gatewayApi],
        ["hubfleet_local.gateway", "--settings", forGateway.path],
      ),
      pythonComponent("hub", props, paths, hub.signOffPage === true ? [ports.hub, signOffPort(ports)] : [ports.hub], [
        "hubfleet_local.hub",
        "--settings",
        forHub.path,
      ]),
      ...(hub.culling.enabled ? [cullerComponent(props, paths, apiUrl)] : []),
    ].filter(({ name }) => name !== "gateway" || hub.dask.enabled),
    uids: props.uids,
    look: props.look,
    ...(props.bundle === undefined ? {} : { bundle: props.bundle }),
  };
}

/** What people open. */
export function hubAddress({ domain, port, basePath }: Hub, { https, address }: LocalCluster): string {
  return `${https === undefined ? "http" : "https"}://${domain ?? address}:${port}${basePath}`;
}

/** The marker of a hub's own processes starts with this; so do those of its users' servers and Dask clusters. */
export function markerPrefix(fleetUuid: string, hub: string): string {
  return `${fleetUuid}/${hub}/`;
}

function settingsFile(paths: HubPaths, name: string, settings: unknown): DesiredFile {
  const content = stableJson(settings);
  return { path: `${paths.settings}/${name}-${sha256(content).slice(0, 16)}.json`, content };
}

function proxyComponent(
  { cluster, fleet, hub, machine }: DesiredHubProps,
  paths: HubPaths,
  ports: HubPorts,
): DesiredComponent {
  const https =
    cluster.https === undefined ? [] : ["--ssl-key", cluster.https.key, "--ssl-cert", cluster.https.certificate];
  return component("proxy", fleet.uuid, hub, paths, {
    argv: [
      machine.node,
      ...["--require", machine.boundLog],
      machine.proxyProgram,
      ...["--ip", cluster.address, "--port", String(ports.public)],
      ...["--api-ip", "127.0.0.1", "--api-port", String(ports.proxyApi)],
      ...["--default-target", `http://127.0.0.1:${ports.hub}`],
      ...["--error-target", `http://127.0.0.1:${ports.hub}${hub.basePath}hub/error`],
      ...["--log-level", "warn"],
      ...https,
    ],
    environment: {},
    ports: [ports.public, ports.proxyApi],
    version: machine.proxyVersion,
  });
}

function pythonComponent(
  name: "hub" | "gateway",
  { fleet, hub, images, machine, loginSecretDigest }: DesiredHubProps,
  paths: HubPaths,
  ports: readonly number[],
  module: readonly string[],
): DesiredComponent {
  const environment = hubEnvironment(hub, images);
  return component(name, fleet.uuid, hub, paths, {
    argv: [`${environment}/bin/python`, "-m", ...module],
    environment: { PATH: `${environment}/bin:/usr/bin:/bin`, PYTHONPATH: machine.pythonPath },
    ports,
    version: name === "hub" ? (loginSecretDigest ?? "") : "",
  });
}

function cullerComponent(
  { fleet, hub, images, machine }: DesiredHubProps,
  paths: HubPaths,
  apiUrl: string,
): DesiredComponent {
  const environment = hubEnvironment(hub, images);
  const { idleSeconds, everySeconds, maxAgeSeconds } = hub.culling;
  return component("culler", fleet.uuid, hub, paths, {
    argv: [
      `${environment}/bin/python`,
      ...["-m", "hubfleet_local.culler"],
      `--url=${apiUrl}hub/api`,
      `--timeout=${idleSeconds}`,
      `--cull-every=${everySeconds}`,
      `--max-age=${maxAgeSeconds}`,
    ],
    environment: { PATH: `${environment}/bin:/usr/bin:/bin`, PYTHONPATH: machine.pythonPath },
    ports: [],
    version: "",
  });
}

interface ComponentParts {
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  /** Of what is replaced in place, a program or a secret, so that its path says nothing about its content. */
  readonly version: string;
}

function component(
  name: ComponentName,
  uuid: string,
  hub: Hub,
  paths: HubPaths,
  { argv, environment, ports, version }: ComponentParts,
): DesiredComponent {
  const base = { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", HOME: paths.run, ...environment };
  return {
    name,
    marker: `${markerPrefix(uuid, hub.name)}${name}`,
    argv,
    environment: base,
    log: `${paths.run}/${name}.log`,
    record: `${paths.run}/${name}.json`,
    ports,
    specDigest: sha256(stableJson({ argv, environment: base, version })),
  };
}

function hubEnvironment(hub: Hub, images: Readonly<Record<string, DraftImage>>): string {
  const image = images[hub.images.hub];
  if (image === undefined) throw new TypeError(`image "${hub.images.hub}" was not resolved`);
  return image.environment;
}

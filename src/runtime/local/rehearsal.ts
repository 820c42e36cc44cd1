import { defaultBasePath } from "../../fleet/normalize-hub.ts";
import type { Cluster, Fleet, Hub, Image, LocalCluster } from "../../fleet/fleet.ts";
import { sha256 } from "./digest.ts";

/** What is kept of a fleet's rehearsals on this machine: which hubs, and where. */
export interface Rehearsals {
  readonly version: 1;
  /** The fleet that is rehearsed. */
  readonly of: string;
  /** First of ten ports, by hub. */
  readonly ports: Readonly<Record<string, number>>;
}

/**
 * The name of a fleet's rehearsals wherever a fleet's uuid counts: directories, markers of processes, locks, user ids,
 * control groups. Made from the fleet's own, so that every command finds them, and never the same, so that none can touch
 * the real hubs by mistake.
 */
export function rehearsalUuid(uuid: string): string {
  const digits = sha256(`rehearsal of ${uuid}`);
  const parts = [digits.slice(0, 8), digits.slice(8, 12), `8${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`];
  return [...parts, digits.slice(20, 32)].join("-");
}

export interface RehearseProps {
  readonly ports: Rehearsals["ports"];
  /** Images that have requirements, from which this machine can make what a registry would give. */
  readonly buildable: ReadonlySet<string>;
}

/**
 * The fleet as it is rehearsed: each hub on this machine's loopback, whatever its cluster. Images, profiles, limits,
 * Dask, culling and the lists of people are the fleet's own. Pure. Hubs that were not rehearsed yet have no port.
 */
export function rehearse(fleet: Fleet, { ports, buildable }: RehearseProps): Fleet {
  return {
    ...fleet,
    uuid: rehearsalUuid(fleet.uuid),
    clusters: mapValues(fleet.clusters, rehearsedCluster),
    images: mapValues(fleet.images, (image) => (buildable.has(image.name) ? withoutRegistry(image) : image)),
    hubs: mapValues(fleet.hubs, (hub) => rehearsedHub(hub, ports[hub.name])),
  };
}

/** People whom only the real login could let in. */
export function unrehearsed({ access: { organizations, teams } }: Hub): readonly string[] {
  return [...organizations.map((name) => `the organisation ${name}`), ...teams.map((name) => `the team ${name}`)];
}

const firstPort = 27_000;
const lastPort = 32_000;

/** Ports to try for a new rehearsal, in order, ten apart. */
export function candidatePorts(taken: ReadonlySet<number>): readonly number[] {
  const all = Array.from({ length: (lastPort - firstPort) / 10 }, (_, index) => firstPort + index * 10);
  // A hub's port need not end with 0.
  return all.filter((port) => ![...taken].some((one) => Math.abs(one - port) < 10));
}

/** Under its own name, so that targets like cluster/NAME go on meaning the same hubs. */
function rehearsedCluster({ name }: Cluster): LocalCluster {
  return { name, provider: "local", address: "127.0.0.1" };
}

function rehearsedHub({ domain: _domain, port: _port, ...hub }: Hub, port: number | undefined): Hub {
  return {
    ...hub,
    basePath: defaultBasePath(hub.name, true),
    access: { ...hub.access, login: { kind: "shared-password" } },
    ...(port === undefined ? {} : { port }),
  };
}

function withoutRegistry({ from: _from, ...image }: Image): Image {
  return image;
}

function mapValues<Value, Result>(
  map: ReadonlyMap<string, Value>,
  change: (value: Value) => Result,
): ReadonlyMap<string, Result> {
  return new Map([...map].map(([name, value]) => [name, change(value)]));
}

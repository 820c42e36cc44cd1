import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { LayeredHub } from "../hub-layers.ts";
import { defaultBasePath } from "../normalize-hub.ts";
import { isLocal, type LayeredFleet, type Rule } from "./rule.ts";

/** Ports in a row that one local hub uses. */
export const portsPerHub = 10;
const firstOfferedPort = 18_000;

export const localHubsHavePorts: Rule = (fleet) => {
  const hubs = localHubs(fleet);
  return hubs
    .filter((hub) => !("port" in hub.file.value) && isNotReported(hub))
    .map((hub, index) => {
      const message = `hub "${hub.name}" is on a local cluster and has no port`;
      const hint = `add \`port: ${freePort(hubs, index)}\`: the first of ${portsPerHub} ports that belong to the hub`;
      return new HubfleetError("PORT_MISSING", { message, hint, at: hub.file.document.position([]) });
    });
};

/** All local clusters are this machine, so their hubs share its ports. */
export const portsDoNotOverlap: Rule = (fleet) => {
  const hubs = localHubs(fleet);
  const taken: LayeredHub[] = [];
  const problems: HubfleetError[] = [];
  for (const hub of hubs) {
    const port = hub.file.value.port;
    if (port === undefined) continue;
    const other = taken.find((earlier) => Math.abs((earlier.file.value.port ?? 0) - port) < portsPerHub);
    if (other === undefined) {
      taken.push(hub);
      continue;
    }
    const theirs = other.file.value.port ?? 0;
    const message = `ports ${block(port)} overlap with ports ${block(theirs)} of hub "${other.name}"`;
    const hint = `ports from ${freePort(hubs, problems.length)} on are free`;
    problems.push(new HubfleetError("PORT_CLASH", { message, hint, at: hub.file.document.position(["port"]) }));
  }
  return problems;
};

/** Cookies know hosts and paths, not ports: hubs on one address need paths that do not contain each other. */
export const basePathsDoNotOverlap: Rule = (fleet) => {
  const byAddress = Map.groupBy(fleet.hubs.values(), (hub) => addressOf(hub, fleet));
  const problems: HubfleetError[] = [];
  for (const [address, hubs] of byAddress) {
    if (address === undefined) continue;
    const taken = new Map<string, LayeredHub>();
    for (const hub of hubs.toSorted(byName)) {
      const path = basePathOf(hub, fleet);
      const other = [...taken].find(([theirs]) => theirs.startsWith(path) || path.startsWith(theirs));
      taken.set(path, hub);
      if (other === undefined) continue;
      const [theirs, { name }] = other;
      const relation = theirs === path ? "is also that of" : `overlaps with "${theirs}" of`;
      problems.push(
        new HubfleetError("BASE_PATH_CLASH", {
          message: `base path "${path}" ${relation} hub "${name}" on ${address}`,
          hint: `give each hub a path of its own, for example \`basePath: ${defaultBasePath(hub.name, true)}\``,
          at: hub.file.document.position(["basePath"]),
        }),
      );
    }
  }
  return problems;
};

/** On Kubernetes a hub is found by its domain, and ports mean nothing. */
export const remoteHubsHaveDomains: Rule = (fleet) =>
  [...fleet.hubs.values()]
    .filter((hub) => isLocal(hub, fleet) === false)
    .flatMap((hub) => {
      const { value, document } = hub.file;
      const missing = new HubfleetError("DOMAIN_MISSING", {
        message: `hub "${hub.name}" is on a Kubernetes cluster and has no domain`,
        hint: "add it, for example `domain: hub.example.org`",
        at: document.position([]),
      });
      const idle = new HubfleetError("PORT_WITHOUT_USE", {
        message: `hub "${hub.name}" is on a Kubernetes cluster, where \`port\` means nothing`,
        hint: "remove the key",
        at: document.position(["port"], "key"),
      });
      return [...(value.domain === undefined ? [missing] : []), ...(value.port === undefined ? [] : [idle])];
    });

function localHubs(fleet: LayeredFleet): LayeredHub[] {
  return [...fleet.hubs.values()].filter((hub) => isLocal(hub, fleet) === true).sort(byName);
}

/** A port that is there but wrong has been reported by the schema. */
function isNotReported(hub: LayeredHub): boolean {
  const written = hub.file.document.value;
  return !(typeof written === "object" && written !== null && "port" in written);
}

/** The free block number `skip`, counted from the first that no hub touches. */
function freePort(hubs: readonly LayeredHub[], skip: number): number {
  const taken = hubs.flatMap((hub) => (hub.file.value.port === undefined ? [] : [hub.file.value.port]));
  let left = skip;
  for (let port = firstOfferedPort; port < 65_000; port += portsPerHub) {
    if (taken.some((other) => Math.abs(other - port) < portsPerHub)) continue;
    if (left === 0) return port;
    left -= 1;
  }
  return firstOfferedPort;
}

function addressOf(hub: LayeredHub, { written }: LayeredFleet): string | undefined {
  const cluster = written.clusters.files.get(hub.file.value.cluster ?? "")?.value;
  if (cluster?.provider !== "local") return hub.file.value.domain;
  return hub.file.value.domain ?? cluster.address ?? "127.0.0.1";
}

function basePathOf(hub: LayeredHub, fleet: LayeredFleet): string {
  return hub.file.value.basePath ?? defaultBasePath(hub.name, isLocal(hub, fleet) === true);
}

function block(port: number): string {
  return `${port}-${port + portsPerHub - 1}`;
}

function byName(left: LayeredHub, right: LayeredHub): number {
  return left.name < right.name ? -1 : 1;
}

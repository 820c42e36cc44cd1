import type { MarkedProcess } from "../ports/processes.ts";
import type { DesiredHub } from "../runtime/local/desired-hub.ts";
import type { ObservedHub } from "../runtime/local/observed-hub.ts";

/**
 * Users' processes that cannot go on with the hub as it is to be: a server calls the hub, and a Dask cluster the gateway,
 * at the address that it was told when it started. Told by what the processes were really started with, so that a kill
 * in the middle of a move, or a move back, ends neither too much nor too little.
 *
 * | the hub's …                              | servers | Dask clusters |
 * | ---------------------------------------- | ------- | ------------- |
 * | port or base path differs                | end     | end           |
 * | Dask is off                              | go on   | end           |
 * | address, https, domain, login, image, …  | go on   | go on         |
 */
export function strandedProcesses(
  desired: DesiredHub,
  { userProcesses }: Pick<ObservedHub, "userProcesses">,
): readonly MarkedProcess[] {
  const first = new Map<string, MarkedProcess>();
  for (const process of userProcesses) {
    const before = first.get(process.marker);
    // What a user starts inside of a server may say anything; the server itself says what it was told.
    if (before === undefined || Number(process.startTime) < Number(before.startTime))
      first.set(process.marker, process);
  }
  const stranded = new Set([...first.values()].filter((one) => isStranded(one, desired)).map(({ marker }) => marker));
  return userProcesses.filter(({ marker }) => stranded.has(marker));
}

/** Whether what is to be done takes the hub to another address, as far as that has not been done. */
export function isMoving(desired: DesiredHub, { applied, components }: ObservedHub): boolean {
  const wanted = desired.components.find(({ name }) => name === "hub");
  if (applied === undefined || components.hub.process?.specDigest === wanted?.specDigest) return false;
  return applied.hub.port !== desired.hub.port || applied.hub.basePath !== desired.hub.basePath;
}

/** How many servers and how many Dask clusters they are. */
export function countOf(processes: readonly MarkedProcess[]): { readonly servers: number; readonly clusters: number } {
  const markers = [...new Set(processes.map(({ marker }) => marker))];
  return {
    servers: markers.filter((marker) => kindOf(marker) === "server").length,
    clusters: markers.filter((marker) => kindOf(marker) === "dask").length,
  };
}

/** "2 servers and 1 Dask cluster" */
export function describeCount(processes: readonly MarkedProcess[]): string {
  return describeNumbers(countOf(processes));
}

/** The same of what is counted already. */
export function describeNumbers({ servers, clusters }: ReturnType<typeof countOf>): string {
  const words = [
    servers === 0 ? "" : servers === 1 ? "1 server" : `${servers} servers`,
    clusters === 0 ? "" : clusters === 1 ? "1 Dask cluster" : `${clusters} Dask clusters`,
  ];
  return words.filter((word) => word !== "").join(" and ");
}

/** "<fleet>/<hub>/server/<user>" or "<fleet>/<hub>/dask/<user>/<cluster>" */
export function kindOf(marker: string): string {
  return marker.split("/")[2] ?? "";
}

function isStranded({ marker, reportsTo }: MarkedProcess, desired: DesiredHub): boolean {
  if (kindOf(marker) === "dask" && !desired.hub.dask.enabled) return true;
  // Whatever was not told by hubfleet's hub and gateway is not judged.
  if (reportsTo === undefined || !/^http:\/\/127\.0\.0\.1:\d+\//.test(reportsTo)) return false;
  const { ports, hub } = desired;
  const gateway = `http://127.0.0.1:${ports.gatewayProxy}${hub.basePath}services/dask-gateway/api`;
  return reportsTo !== (kindOf(marker) === "dask" ? gateway : `${desired.apiUrl}hub/api`);
}

import { readApplied } from "./observe-remote.ts";
import { reachHub } from "./reach-hub.ts";
import type { Reach } from "./reach.ts";
import type { RemoteHub } from "./remote-hubs.ts";

/** The hub where it is and as it runs, which is not always as it is going to be: its address may just have been changed. */
export async function asApplied(remote: RemoteHub, signal: AbortSignal): Promise<RemoteHub> {
  const applied = await readApplied(remote, await remote.connect(), signal);
  if (applied === undefined) return remote;
  const { basePath, dask, domain, network } = applied.hub;
  const { domain: _domain, network: _network, ...rest } = remote.hub;
  const hub = { ...rest, basePath, dask, ...(domain && { domain }), ...(network && { network }) };
  return { ...remote, hub };
}

/** The way to a hub as it runs; `apply`, which changes it, goes by what it is to be. */
export const reachRunning: Reach = async (remote, signal) => reachHub(await asApplied(remote, signal), signal);

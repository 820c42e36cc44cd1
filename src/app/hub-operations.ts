import { execInHub } from "../operate/exec.ts";
import { findPresent } from "../operate/find-present.ts";
import { findLogs } from "../operate/hub-logs.ts";
import { reachRunning } from "../operate/kubernetes/as-applied.ts";
import { execInRemoteHub } from "../operate/kubernetes/exec-remote.ts";
import { remoteLogs } from "../operate/kubernetes/remote-logs.ts";
import type { RemoteHub } from "../operate/kubernetes/remote-hubs.ts";
import { restartRemoteHub } from "../operate/kubernetes/restart-remote.ts";
import { remoteServers, stopRemoteServers } from "../operate/kubernetes/stop-remote-servers.ts";
import { restartHub } from "../operate/restart-hub.ts";
import { selectAnywhere } from "../operate/select-hubs.ts";
import { findServers, stopServers } from "../operate/stop-servers.ts";
import type { Fleet, Hub } from "../fleet/fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { isLocal } from "../runtime/local/draft.ts";
import { checkAnywhere } from "./check-anywhere.ts";
import type { Remotes } from "./remotes.ts";
import type { App } from "./use-cases.ts";

export interface HubOperationsProps {
  readonly directory: string;
  readonly local: LocalWorld;
  readonly remotes: Pick<Remotes, "open">;
  readonly fleet: () => Promise<Fleet>;
}

export type HubOperations = Pick<App, "find" | "check" | "logs" | "exec" | "restart" | "servers" | "stopServers">;

/** What is done with a hub that runs, wherever it runs. */
export function createHubOperations({ directory, local, remotes, fleet }: HubOperationsProps): HubOperations {
  /** Undefined: it is on this machine, or its file is gone, which only what is here outlives. */
  const remoteOf = async (name: string): Promise<RemoteHub | undefined> => {
    const now = await fleet();
    const hub = now.hubs.get(name);
    if (hub === undefined || isLocal(now.clusters.get(hub.cluster))) return undefined;
    const [remote] = await remotes.open(now, [hub]);
    return remote;
  };
  return {
    async find(target) {
      const now = await fleet();
      const isHere = ({ cluster }: Hub): boolean => isLocal(now.clusters.get(cluster));
      // One whose file was deleted may still be on this machine.
      const isWritten = now.hubs.has(target.replace(/^hub\//, "")) || /^(?:stage|cluster)\//.test(target);
      const hubs = isWritten ? selectAnywhere(now, [target]) : [];
      const away = hubs.filter((hub) => !isHere(hub)).map(({ name }) => ({ name, isHere: false }));
      if (away.length > 0 && away.length === hubs.length) return away;
      return [...(await findPresent(now, [target], local)).map((name) => ({ name, isHere: true })), ...away];
    },
    check: async (hub, only, watch) =>
      checkAnywhere(hub, { fleet: await fleet(), directory, only, local, remotes, ...watch }),
    async logs(hub, component, { previous, signal }) {
      const remote = await remoteOf(hub);
      if (remote !== undefined) return remoteLogs(remote, { component, previous, signal });
      return findLogs((await fleet()).uuid, hub, { component, previous, world: local });
    },
    async exec(hub, command, { server, signal }) {
      const remote = await remoteOf(hub);
      if (remote !== undefined) return execInRemoteHub(remote, { server, command, signal });
      const exitCode = await execInHub({ fleetUuid: (await fleet()).uuid, hub, command, server, world: local });
      return { exitCode, stdout: "", stderr: "" };
    },
    async restart(hub, part, watch) {
      const now = await fleet();
      const remote = await remoteOf(hub.name);
      const about = { proxy: part === "proxy", world: local, ...watch };
      if (remote === undefined) return restartHub({ fleet: now, hub, ...about });
      return restartRemoteHub(remote, { fleetUuid: now.uuid, reach: reachRunning, ...about });
    },
    async servers(hub, users, signal) {
      const remote = await remoteOf(hub);
      if (remote !== undefined) return remoteServers(remote, users, { reach: reachRunning, world: local, signal });
      return findServers(await fleet(), hub, { users, world: local });
    },
    async stopServers(hub, options, watch) {
      const about = { fleetUuid: (await fleet()).uuid, ...options, world: local, ...watch };
      const remote = await remoteOf(hub);
      if (remote === undefined) return stopServers({ ...about, hub });
      return stopRemoteServers(remote, { ...about, reach: reachRunning });
    },
  };
}

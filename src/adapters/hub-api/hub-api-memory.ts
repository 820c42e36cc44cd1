import { createHash } from "node:crypto";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HubAddress, HubApi, HubServer, HubSync, HubUser } from "../../ports/hub-api.ts";
import { createClockMemory } from "../clock/clock-memory.ts";
import type { ProcessesMemory } from "../processes/processes-memory.ts";
import { createStateFilesMemory, type StateFilesMemory } from "../state-files/state-files-memory.ts";

export interface HubApiMemoryProps {
  /** Where `current.json` of each hub lies; share it with the state files of the test. */
  readonly files?: StateFilesMemory;
  /**
   * With it, an address answers only while a process listens on its port, and servers are processes; without it, while
   * its hub was not stopped.
   */
  readonly processes?: ServerProcesses;
  readonly clock?: Pick<Clock, "now">;
}

type ServerProcesses = Pick<ProcessesMemory, "portOwner" | "running" | "add" | "crash">;

export interface PretendedHubProps {
  /** Past the proxy, with the base path: "http://127.0.0.1:18002/staging/". */
  readonly url: string;
  readonly token: string;
  /** Path of its current.json. */
  readonly current: string;
  readonly version?: string;
  /** What the markers of its processes begin with; without it, its servers are no processes. */
  readonly marker?: string;
}

/** One hub: its users and servers outlive its restarts, as its database does. */
export interface PretendedHub {
  readonly url: string;
  /** Reads current.json, as a hub does when it starts. Throws a plain Error when that is missing. */
  start(): Promise<void>;
  stop(): void;
  /** Somebody logs in, and is let in or not, by the live settings in effect. */
  logIn(name: string): boolean;
  /** The user's server starts with the profile, on the environment that the profile has now. */
  startServer(user: string, profile: string, server?: string): HubServer;
  /** The proxy forgets the way to its users' servers. */
  loseRoutes(): void;
  /** How often its routes were told to the proxy again. */
  readonly routesRestored: number;
  readonly users: readonly HubUser[];
  /** What it wrote down of its use, a line each; undefined: it does not count that. */
  readonly use: { servers: string[] | undefined; dask: string[] | undefined };
}

export interface HubApiMemory extends HubApi {
  readonly files: StateFilesMemory;
  /** Makes a hub, stopped. The same URL and directory again are the same hub. */
  addHub(props: PretendedHubProps): PretendedHub;
  hub(url: string): PretendedHub | undefined;
  hubs(): readonly PretendedHub[];
  /** The hub (or what else is) at the URL answers every question with an error until mended. */
  break(url: string, isBroken?: boolean): void;
}

interface Current {
  readonly access: {
    readonly everyone: boolean;
    readonly users: readonly string[];
    readonly admins: readonly string[];
  };
  readonly profiles: readonly {
    readonly id: string;
    readonly notebookImage: string;
    readonly notebookEnvironment: string;
  }[];
}

interface Memory extends PretendedHub {
  readonly props: PretendedHubProps;
  users: HubUser[];
  routesRestored: number;
  isRunning: boolean;
  /** The proxy process that knows its routes; undefined until the proxy was first seen. */
  toldProxy: number | undefined;
  digest: string;
  sync(): Promise<HubSync>;
  endServer(user: string, server: string): void;
}

/** Hubs that are maps: they let in, demote and remove as the real one does on a sync. */
export function createHubApiMemory(props: HubApiMemoryProps = {}): HubApiMemory {
  const { files = createStateFilesMemory(), processes, clock = createClockMemory() } = props;
  const hubs = new Map<string, Memory>();
  const broken = new Set<string>();

  async function isListening(url: string): Promise<boolean> {
    if (processes !== undefined) return (await processes.portOwner(portOf(url))) !== undefined;
    return [...hubs.values()].some((hub) => hub.isRunning && portOf(hub.props.url) === portOf(url));
  }

  /** By the ports that hubfleet gives: the proxy's own interface is the one before the hub's. */
  async function proxyPid(port: number): Promise<number | undefined> {
    return processes === undefined ? 1 : (await processes.portOwner(port))?.process?.pid;
  }

  async function reach(address: HubAddress): Promise<Memory> {
    const hub = hubs.get(address.url);
    if (hub === undefined || !(await isListening(address.url))) throw unreachable(`${address.url} does not answer`);
    if (broken.has(address.url)) throw unreachable(`${address.url} answers 500`);
    if (hub.props.token !== address.token) throw unreachable(`${address.url} answers 403 Forbidden`);
    return hub;
  }

  return {
    files,
    addHub(hubProps) {
      const present = hubs.get(hubProps.url);
      // Another directory at the same address is another hub, for example the same one under a new name.
      if (present !== undefined && present.props.current === hubProps.current) return present;
      const hub = createHub(hubProps, { files, clock, processes });
      // A hub that moved to another port is the same database.
      hub.users = [...hubs.values()].findLast(({ props: { current } }) => current === hubProps.current)?.users ?? [];
      hubs.set(hubProps.url, hub);
      return hub;
    },
    hub: (url) => hubs.get(url),
    hubs: () => [...hubs.values()],
    break(url, isBroken = true) {
      if (isBroken) broken.add(url);
      else broken.delete(url);
    },
    isHealthy: async ({ url }) => hubs.has(url) && !broken.has(url) && (await isListening(url)),
    async state(address) {
      const { props: own, digest, users } = await reach(address);
      const version = own.version ?? "5.5.4";
      return { version, current: digest, users: structuredClone(users), limitsEnforced: true, limitsReason: "" };
    },
    async use(address, since) {
      const { servers, dask } = (await reach(address)).use;
      const from = (lines: readonly string[] | undefined): string | undefined =>
        lines?.filter((line) => line.slice('{"at":"'.length) >= since.toISOString()).join("");
      return { servers: from(servers), dask: from(dask) };
    },
    sync: async (address) => (await reach(address)).sync(),
    async restoreRoutes(address) {
      const hub = await reach(address);
      hub.routesRestored += 1;
      hub.toldProxy = await proxyPid(portOf(address.url) - 1);
    },
    async stopServer(address, user, server) {
      const hub = await reach(address);
      hub.endServer(user, server);
    },
    async routes(proxy) {
      const port = portOf(proxy.url);
      if (broken.has(proxy.url)) throw unreachable(`${proxy.url} does not answer`);
      const [pid, hub] = [await proxyPid(port), [...hubs.values()].find((one) => portOf(one.props.url) === port + 1)];
      if (pid === undefined || hub === undefined) throw unreachable(`${proxy.url} does not answer`);
      hub.toldProxy ??= pid;
      if (hub.toldProxy !== pid) return [];
      return hub.users.flatMap(({ servers }) => servers.map(({ url }) => decodeURIComponent(url).replace(/\/$/, "")));
    },
    answers: async (url) => {
      const isBroken = [...broken].some((one) => url.startsWith(one));
      return !isBroken && (await isListening(url));
    },
  };
}

interface HubWorld {
  readonly files: StateFilesMemory;
  readonly clock: Pick<Clock, "now">;
  readonly processes: ServerProcesses | undefined;
}

function createHub(props: PretendedHubProps, { files, clock, processes }: HubWorld): Memory {
  const markerOf = (user: string, server: string): string =>
    `${props.marker ?? ""}server/${user}${server === "" ? "" : `--${server}`}`;
  const hasProcesses = processes !== undefined && props.marker !== undefined;
  let current: Current = { access: { everyone: false, users: [], admins: [] }, profiles: [] };

  const isAllowed = (name: string): boolean =>
    current.access.everyone || current.access.users.includes(name) || current.access.admins.includes(name);
  const isAdmin = (name: string): boolean => current.access.admins.includes(name);

  return {
    url: props.url,
    props,
    users: [],
    use: { servers: undefined, dask: undefined },
    routesRestored: 0,
    isRunning: false,
    toldProxy: undefined,
    digest: "",
    async start() {
      this.isRunning = true;
      this.toldProxy = undefined;
      if (hasProcesses) {
        const running = new Set(processes.running().map(({ marker }) => marker));
        this.users = this.users.map((user) => ({
          ...user,
          servers: user.servers.filter(({ name }) => running.has(markerOf(user.name, name))),
        }));
      }
      await this.sync();
    },
    stop() {
      this.isRunning = false;
    },
    loseRoutes() {
      this.toldProxy = -1;
    },
    async sync() {
      const text = await files.read(props.current);
      if (text === undefined) throw new Error(`"${props.current}" is not there`);
      current = JSON.parse(text) as Current; // rendered by hubfleet
      this.digest = createHash("sha256").update(text).digest("hex");
      const removed = this.users.filter(({ name }) => !isAllowed(name));
      const kept = this.users.filter(({ name }) => isAllowed(name));
      const demoted = kept.filter(({ name, admin }) => admin && !isAdmin(name));
      for (const user of removed) for (const { name } of user.servers) this.endServer(user.name, name);
      this.users = kept.map((user) => ({ ...user, admin: isAdmin(user.name) }));
      return {
        current: this.digest,
        removedUsers: removed.map(({ name }) => name).sort(),
        demotedAdmins: demoted.map(({ name }) => name).sort(),
        stoppedServers: removed
          .flatMap(({ name, servers }) => servers.map((server) => serverName(name, server)))
          .sort(),
        revokedTokens: removed.length + demoted.length,
      };
    },
    endServer(user, server) {
      if (hasProcesses) processes.crash(markerOf(user, server));
      this.users = this.users.map((one) =>
        one.name === user ? { ...one, servers: one.servers.filter(({ name }) => name !== server) } : one,
      );
    },
    logIn(name) {
      if (!isAllowed(name)) return false;
      if (!this.users.some((user) => user.name === name)) this.users.push({ name, admin: isAdmin(name), servers: [] });
      return true;
    },
    startServer(user, profile, name = "") {
      const chosen = current.profiles.find(({ id }) => id === profile);
      if (chosen === undefined || !this.logIn(user)) throw new Error(`"${user}" may not start "${profile}"`);
      const now = clock.now().toISOString();
      const { notebookImage: image, notebookEnvironment: environment } = chosen;
      const url = `${new URL(props.url).pathname}user/${encodeURIComponent(user)}/${name === "" ? "" : `${name}/`}`;
      const times = { started: now, lastActivity: now };
      const server = { name, ready: true, pending: null, ...times, profile, image, environment, url };
      this.users = this.users.map((one) => (one.name === user ? { ...one, servers: [...one.servers, server] } : one));
      if (hasProcesses) {
        const reportsTo = `${props.url}hub/api`;
        processes.add({ marker: markerOf(user, name), command: `server of ${user}`, uid: 100_007, reportsTo });
      }
      return server;
    },
  };
}

function serverName(user: string, { name }: HubServer): string {
  return name === "" ? user : `${user}/${name}`;
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}

function unreachable(message: string): HubfleetError {
  return new HubfleetError("HUB_UNREACHABLE", { message, retry: "later" });
}

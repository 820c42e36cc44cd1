/** How to reach a running hub from this machine, past its proxy. */
export interface HubAddress {
  /** For example http://127.0.0.1:18002/staging/ */
  readonly url: string;
  readonly token: string;
}

export interface HubServer {
  readonly name: string;
  readonly ready: boolean;
  readonly pending: string | null;
  readonly started: string | null;
  readonly lastActivity: string | null;
  readonly profile: string | null;
  readonly image: string | null;
  readonly environment: string | null;
  /** Its path on the proxy: "/staging/user/grace/". */
  readonly url: string;
}

export interface HubUser {
  readonly name: string;
  readonly admin: boolean;
  readonly servers: readonly HubServer[];
}

/** What the hub says of itself. */
export interface HubState {
  /** JupyterHub's version. */
  readonly version: string;
  /** SHA-256 of the live settings in effect. */
  readonly current: string;
  readonly users: readonly HubUser[];
  readonly limitsEnforced: boolean;
  readonly limitsReason: string;
}

export interface HubSync {
  readonly current: string;
  readonly removedUsers: readonly string[];
  readonly demotedAdmins: readonly string[];
  readonly stoppedServers: readonly string[];
  readonly revokedTokens: number;
}

/** Lines of a hub's own logs of how it was used, a JSON object each; undefined: it does not count that. */
export interface HubUseLines {
  readonly servers: string | undefined;
  readonly dask: string | undefined;
}

/** Our words for the hub's HTTP interface. Methods throw HUB_UNREACHABLE when it does not answer in time. */
export interface HubApi {
  /** Whether the process answers its health address. */
  isHealthy(address: HubAddress): Promise<boolean>;
  state(address: HubAddress): Promise<HubState>;
  /** What the hub wrote down of its use, from a moment on. */
  use(address: HubAddress, since: Date): Promise<HubUseLines>;
  /** Makes the written live settings take effect; returns when they have. */
  sync(address: HubAddress): Promise<HubSync>;
  /** Tells a proxy that was restarted every route again. */
  restoreRoutes(address: HubAddress): Promise<void>;
  /** Ends a user's server ("" is the default one); returns when it has ended, at once when none runs. */
  stopServer(address: HubAddress, user: string, server: string): Promise<void>;
  /** Paths that a proxy, asked at its own interface, passes on, each without a slash at its end: "/staging/user/grace". */
  routes(proxy: HubAddress): Promise<readonly string[]>;
  /** Whether an address answers with success or sends elsewhere (a status below 400). */
  answers(url: string, token?: string): Promise<boolean>;
}

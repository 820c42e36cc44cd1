import type { HubAddress } from "./hub-api.ts";

/** Where a session takes place: the operator's entrance for making it, the people's for living it. */
export interface SessionHub {
  readonly operator: HubAddress;
  /** What people open, through the proxy: "http://127.0.0.1:18000/staging/". */
  readonly url: string;
}

/** What became of code that a kernel ran. `printed` is its output so far, cut to what a person would read. */
export type KernelAnswer =
  | { readonly kind: "done"; readonly printed: string }
  | { readonly kind: "raised"; readonly error: string; readonly message: string; readonly printed: string };

/** How long something may take, and who may end it before. */
export interface Patience {
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/** A kernel of the user's server. Methods throw HUB_SESSION_FAILED with the reason in words. */
export interface Kernel {
  /** Runs code after what was run before. Rejects when the kernel ends, or has no answer in time. */
  run(code: string, patience: Patience): Promise<KernelAnswer>;
  /** Ends it; fine when it has ended. */
  close(): Promise<void>;
}

/**
 * A temporary user, with a token for its own server and for the Dask gateway and for nothing else. Methods throw
 * HUB_SESSION_FAILED with the reason in words, and what the signal says when that ends them.
 */
export interface HubSession {
  readonly user: string;
  /** Names of users that earlier checks left and that are gone now. */
  readonly swept: readonly string[];
  /** Starts the user's server, with a profile or the hub's default one, and waits until it answers. */
  startServer(profile: string | undefined, patience: Patience): Promise<void>;
  /** Opens a kernel and waits until it answers. */
  startKernel(patience: Patience): Promise<Kernel>;
  /** Returns when the server has ended. */
  stopServer(patience: Patience): Promise<void>;
}

export interface EndedSessions {
  /** Users that are gone, with their servers, Dask clusters, tokens and homes. */
  readonly ended: readonly string[];
  /** Paths that could not be removed; normally none. */
  readonly left: readonly string[];
}

/** Temporary users of running hubs. No login lets anybody in under their names, which begin with `hubfleet-check-`. */
export interface HubSessions {
  /**
   * Removes what earlier sessions left, then lets the user in for so many seconds; the hub ends it by itself then.
   * One session at a time for each hub: the caller holds a lock. Throws HUB_UNREACHABLE.
   */
  begin(hub: SessionHub, user: string, seconds: number): Promise<HubSession>;
  /** Removes the user and all that it had. Fine when it is gone, whatever it was doing. Throws HUB_UNREACHABLE. */
  end(hub: SessionHub, user: string): Promise<EndedSessions>;
}

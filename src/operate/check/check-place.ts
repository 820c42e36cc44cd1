import type { SessionHub } from "../../ports/hub-session.ts";
import type { DaskGateway } from "./dask-gateway.ts";
import type { DeferredStore } from "./deferred.ts";

/** Where a hub that runs is reached, and its Dask gateway where it has one. */
export interface FoundHub {
  readonly hub: SessionHub;
  readonly gateway: DaskGateway | undefined;
}

/** What a check asks of the place where its hub runs. */
export interface CheckPlace {
  /** Whoever runs the later check finds what this one leaves for it. */
  readonly deferred: DeferredStore;
  /** How long a server may take to start there. */
  readonly serverMilliseconds: number;
  /** Where the hub is reached, as it runs and not as it is going to be. @throws HubfleetError HUB_UNREACHABLE */
  findHub(signal: AbortSignal): Promise<FoundHub>;
  /** One check at a time for each hub: each of them removes whatever other checks have there. @throws HubfleetError CHECK_RUNNING */
  withTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The last lines of the log of the user's server. */
  serverLog(user: string): Promise<readonly string[]>;
  /** What keeps the user's server, or its Dask clusters, where the place knows more than hub and gateway. */
  whyWaiting(user: string): Promise<string | undefined>;
  /** Lets go of what finding the hub opened. */
  leave(): Promise<void>;
}

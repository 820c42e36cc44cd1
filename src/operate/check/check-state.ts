import type { Hub } from "../../fleet/fleet.ts";
import type { HubSession, Kernel, SessionHub } from "../../ports/hub-session.ts";
import type { FoundHub } from "./check-place.ts";
import type { DaskGateway } from "./dask-gateway.ts";

/** What the steps of one check share and hand on. */
export interface CheckState {
  /** Looks where the hub is; undefined until it was found. */
  readonly findHub: () => Promise<FoundHub>;
  hub?: SessionHub;
  gateway?: DaskGateway;
  readonly user: string;
  session?: HubSession;
  kernel?: Kernel;
  /** Profile that the running server was asked for. */
  profile?: string | undefined;
  isServerRunning: boolean;
}

/** What a check may take by its limits, and no more than the hub grants: it takes the user out by itself then. */
export function sessionSeconds({ checks }: Hub): number {
  const own = checks.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, 0);
  return Math.min(30 * 60 + own, 6 * 3600);
}

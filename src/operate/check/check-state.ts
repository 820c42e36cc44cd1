import type { HubSession, Kernel, SessionHub } from "../../ports/hub-session.ts";

/** What the steps of one check share and hand on. */
export interface CheckState {
  /** Looks where the hub is; undefined until it was found. */
  readonly findHub: () => Promise<SessionHub>;
  hub?: SessionHub;
  readonly user: string;
  session?: HubSession;
  kernel?: Kernel;
  /** Profile that the running server was asked for. */
  profile?: string | undefined;
  isServerRunning: boolean;
}

/** Longer than any check takes: the hub takes the user out by itself then. */
export const sessionSeconds = 3 * 3600;

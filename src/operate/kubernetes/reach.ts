import type { HubAddress } from "../../ports/hub-api.ts";
import type { RemoteHub } from "./remote-hubs.ts";

/** A way to a running hub, open until it is closed. */
export interface WayToHub {
  /** Of the hub's own interface, with the operator's token. */
  readonly address: HubAddress;
  close(): Promise<void>;
}

/** Opens a way from this machine to a hub on its cluster. @throws HubfleetError HUB_UNREACHABLE */
export type Reach = (remote: RemoteHub, signal: AbortSignal) => Promise<WayToHub>;

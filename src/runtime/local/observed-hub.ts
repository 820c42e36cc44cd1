import type { Hub, LocalCluster } from "../../fleet/fleet.ts";
import type { HubState } from "../../ports/hub-api.ts";
import type { MarkedProcess, PortOwner, RunningProcess } from "../../ports/processes.ts";
import type { ComponentName, Look } from "./desired-hub.ts";
import type { DraftHub, DraftImage } from "./draft.ts";

/** One hub as it is found on this machine. Times are not in it but for process starts: planning twice is the same. */
export interface ObservedHub {
  readonly name: string;
  readonly components: Readonly<Record<ComponentName, ObservedComponent>>;
  /** What was last put in place; undefined for a hub that never was, or was destroyed. */
  readonly applied: AppliedHub | undefined;
  /** What the hub says of itself; undefined when it does not answer. */
  readonly state: HubState | undefined;
  /** Digest of the live settings as they lie on the disk. */
  readonly currentOnDisk: string | undefined;
  /** Paths of running servers that the proxy does not know: people who open them are sent away. */
  readonly lostRoutes: readonly string[];
  /** Those of users' servers and Dask clusters, by marker. */
  readonly userProcesses: readonly MarkedProcess[];
  /** By user, which organisations and teams let them in at their last login. */
  readonly grants: Readonly<Record<string, readonly string[]>>;
  /** Listeners on the hub's ports that are none of its own processes. */
  readonly strangers: readonly PortOwner[];
}

export interface ObservedComponent {
  readonly process: RunningProcess | undefined;
  /** Processes with the component's marker that no longer belong to it: children that outlived it. */
  readonly strays: readonly MarkedProcess[];
  /** It was started a short while ago and does not do its work yet; absent where it does, or where nothing runs. */
  readonly isStarting?: true;
}

/** Kept in `run`, for saying in words why something differs. The truth about processes are the processes. */
export interface AppliedHub {
  readonly version: 1;
  readonly at: string;
  readonly hub: Hub;
  readonly cluster: LocalCluster;
  readonly images: Readonly<Record<string, DraftImage>>;
  /** Missing in what an earlier hubfleet kept. */
  readonly look?: Look;
  readonly bundle?: DraftHub["bundle"];
}

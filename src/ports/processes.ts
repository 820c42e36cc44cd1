/** A process to keep running after the command has ended. */
export interface ProcessSpec {
  /** "<fleet uuid>/<hub>/<component>"; set in the child as HUBFLEET_PROCESS. */
  readonly marker: string;
  readonly argv: readonly [string, ...string[]];
  /** The whole environment of the child, beside the marker. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Both streams are appended here. */
  readonly log: string;
  /** Where the child writes who it is before it becomes `argv`. */
  readonly record: string;
  /** What the process was made from; comes back from `observe`. */
  readonly specDigest: string;
}

/** A process is known by pid *and* start time (clock ticks since boot) *and* boot: a reused pid is somebody else. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

export interface RunningProcess extends ProcessIdentity {
  readonly specDigest: string;
  readonly startedAt: Date;
}

export interface MarkedProcess extends ProcessIdentity {
  readonly marker: string;
  readonly parent: number;
  readonly uid: number;
  /** The command line, cut to 120 characters. */
  readonly command: string;
  /** Of a user's server, the hub's interface, and of a Dask cluster the gateway's, as it was told when it started. */
  readonly reportsTo?: string;
}

export interface PortOwner {
  readonly port: number;
  /** Absent when the owner belongs to somebody whose processes this user may not look into. */
  readonly process?: ProcessIdentity & { readonly command: string; readonly marker?: string };
}

export interface Processes {
  /**
   * Starts it in a session of its own. Resolves when the record is written; whether it then works is the caller's to
   * find out. A kill of the caller at any moment leaves either nothing or a recorded process.
   */
  start(spec: ProcessSpec): Promise<ProcessIdentity>;
  /** What the record names, if it is still running; undefined when it has ended or was never started. */
  observe(record: string): Promise<RunningProcess | undefined>;
  /** Every process whose marker starts with the prefix, by marker and then pid. */
  findMarked(prefix: string): Promise<readonly MarkedProcess[]>;
  /** Every process that runs under a user id of the range, which covers those that dropped their marker. */
  findByUid(first: number, count: number): Promise<readonly MarkedProcess[]>;
  /**
   * Which of the words any process of this machine, marked or not, has in its command line or its environment: what it was
   * started with or from.
   */
  findMentioned(words: readonly string[]): Promise<ReadonlySet<string>>;
  /** SIGTERM, then SIGKILL after the grace. Resolves when they are gone. Never signals a pid whose start time differs. */
  stop(processes: readonly ProcessIdentity[], graceMilliseconds: number): Promise<void>;
  /** Removes the control groups below a path like "hubfleet/<uuid>/<hub>"; answers those that could not be removed. */
  removeControlGroups(path: string): Promise<readonly string[]>;
  /** Who listens on a TCP port of this machine; undefined when nobody does. */
  portOwner(port: number): Promise<PortOwner | undefined>;
}

/** Room on the file system that holds a path. */
export interface Space {
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly freeInodes: number;
  /** 0 where the file system has no fixed number of them. */
  readonly totalInodes: number;
}

export interface PathFacts {
  readonly kind: "file" | "directory" | "other";
  readonly uid: number;
  /** Permission bits. */
  readonly mode: number;
  readonly modified: Date;
}

export interface LockingProcess {
  readonly pid: number;
  readonly command: string;
  readonly marker?: string;
}

/** Looks at the machine to find out what is wrong; changes nothing. */
export interface Inspection {
  /** Of the path, or of its nearest parent that is there. */
  space(path: string): Promise<Space>;
  /** Links are not followed; undefined where there is nothing. */
  facts(path: string): Promise<PathFacts | undefined>;
  /** Processes that hold a lock on the file which keeps others from writing. Empty where the system does not tell. */
  lockHolders(path: string): Promise<readonly LockingProcess[]>;
  /** Whether a live process was halted (SIGSTOP, a debugger): it keeps its ports and answers nobody. */
  isHalted(pid: number): Promise<boolean>;
  /** When this machine, or this container of it, was started. */
  bootTime(): Promise<Date>;
  /** Empty when memory and CPU of a group of processes can be limited, else why not. */
  whyNoControlGroups(): Promise<string>;
}

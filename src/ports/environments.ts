/** An interpreter of this machine that every account concerned may run. */
export interface Python {
  readonly executable: string;
  /** Full version, for example "3.11.7". */
  readonly version: string;
  /** Platform as Python names it, for example "linux-x86_64". */
  readonly platform: string;
}

export interface LockRequest {
  /** Absolute path of requirements.txt. */
  readonly requirements: string;
  /** Absolute path of the lock; its present pins are kept where they still fit. */
  readonly lock: string;
  readonly python: Python;
  /** The minor that the lock must hold for, on each of its patches: "3.11". */
  readonly pythonMinor: string;
  /** First lines of the lock, each beginning with "#". */
  readonly header: readonly string[];
}

export interface BuildRequest {
  /** Absolute path of the environment, named by content. */
  readonly directory: string;
  /** Absolute path of the lock. */
  readonly lock: string;
  readonly python: Python;
}

/** Python environments from locks: complete or absent, never half. */
export interface Environments {
  /** An interpreter of the minor ("3.11"), or undefined where this machine has none that is usable. */
  findPython(minor: string): Promise<Python | undefined>;
  /** Minors of the usable interpreters of this machine, newest first. */
  listPythonMinors(): Promise<readonly string[]>;
  isComplete(directory: string): Promise<boolean>;
  /** Resolves the requirements and answers the lock's text, without writing it. */
  lock(request: LockRequest, signal: AbortSignal): Promise<string>;
  /** Builds it, or returns at once when it is complete. Concurrent builds of one directory are one build. */
  ensure(request: BuildRequest, signal: AbortSignal): Promise<void>;
}

/** An interpreter of this machine that every account concerned may run. */
export interface Python {
  readonly executable: string;
  /** Full version, for example "3.11.7". */
  readonly version: string;
  /** Platform as Python names it, for example "linux-x86_64". */
  readonly platform: string;
}

export interface LockRequest {
  /** The fleet's. Messages name files as they lie in it, whatever machine it is on. */
  readonly fleetDirectory: string;
  /** Absolute path of requirements.txt. */
  readonly requirements: string;
  /** Absolute path of the lock; its present pins are kept where they still fit. */
  readonly lock: string;
  /** Of the minor; with conda packages any of this machine. */
  readonly python: Python;
  /** The minor that the lock must hold for, on each of its patches: "3.11". */
  readonly pythonMinor: string;
  /** Packages whose present pins are given up, or all of them. @default none */
  readonly upgrade?: "all" | readonly string[];
  /** First lines of the lock, each beginning with "#". */
  readonly header: readonly string[];
  /** What environment.yml asks for; requirements.txt may then be missing. Undefined: pip packages alone. */
  readonly conda?: CondaRequest;
}

/** Packages of conda channels, solved for each platform apart and the same on every machine. */
export interface CondaRequest {
  /** Names or addresses; a package is taken from the first that has it. */
  readonly channels: readonly string[];
  readonly dependencies: readonly string[];
  /** Requirements beside those of requirements.txt. They give way to what conda installs. */
  readonly pip: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** As image.yaml names them: "linux/amd64". */
  readonly platforms: readonly string[];
}

export interface BuildRequest {
  /** Absolute path of the environment, named by content. */
  readonly directory: string;
  /** Absolute path of the lock. One with conda packages becomes a conda environment, with the Python that it names. */
  readonly lock: string;
  /** The environment's Python; with conda packages any of this machine, which then only does the work. */
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
  /**
   * Removes one, whole or half-built, and answers whether it did. One that is being built stays. `isUnused` is asked when
   * nobody can find it complete any more: where it says no, the environment is given back as it was.
   */
  remove(directory: string, isUnused: () => Promise<boolean>): Promise<boolean>;
}

import type { Machine } from "../runtime/local/desired-hub.ts";
import type { BootService } from "./boot-service.ts";
import type { Clock } from "./clock.ts";
import type { Environments } from "./environments.ts";
import type { HubApi } from "./hub-api.ts";
import type { HubSessions } from "./hub-session.ts";
import type { Inspection } from "./inspection.ts";
import type { Locks } from "./locks.ts";
import type { Processes } from "./processes.ts";
import type { Programs } from "./programs.ts";
import type { Random } from "./random.ts";
import type { SecretFiles } from "./secret-files.ts";
import type { StateFiles } from "./state-files.ts";

/** This machine, as the local runtime needs it. */
export interface LocalWorld {
  readonly files: StateFiles;
  readonly processes: Processes;
  readonly locks: Locks;
  readonly environments: Environments;
  readonly hubApi: HubApi;
  readonly hubSessions: HubSessions;
  readonly inspection: Inspection;
  readonly programs: Programs;
  readonly clock: Clock;
  readonly random: Random;
  readonly bootService: BootService;
  /** Of the fleet at hand. */
  readonly secretFiles: SecretFiles;
  readonly machine: Omit<Machine, "pythonPath"> & {
    readonly pid: number;
    /** This hubfleet as a command line, without a command of its own. */
    readonly program: readonly [string, ...string[]];
  };
  /** Directory of the `hubfleet_local` package as it came with this hubfleet. */
  readonly pythonSource: string;
  /** A variable of the operator's shell. */
  readonly variable: (name: string) => string | undefined;
}

/**
 * What became of something that takes time, for whoever watches.
 *
 * | state | about | says |
 * | ----- | ----- | ---- |
 * | queued | the target | it will be worked on |
 * | started, done, failed | a step of the target | `text` is the step's name; at its end, `: ` and what came of it may follow |
 * | settled | the target | nothing more comes; `text` is the reason when it failed, else empty |
 * | note | the target | something to know, whatever else happens |
 */
export interface ProgressEvent {
  /** "hub/staging", "image/lab" */
  readonly target: string;
  readonly text: string;
  readonly state: "queued" | "started" | "done" | "failed" | "settled" | "note";
  /** How long it took; with "done". */
  readonly milliseconds?: number;
  /** How long it usually takes; with "started", when it was done before. */
  readonly expectedMilliseconds?: number;
}

export type Report = (event: ProgressEvent) => void;

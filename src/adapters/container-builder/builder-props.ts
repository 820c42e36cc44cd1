import type { Clock } from "../../ports/clock.ts";
import type { Locks } from "../../ports/locks.ts";
import type { Processes } from "../../ports/processes.ts";
import type { Random } from "../../ports/random.ts";
import type { StateFiles } from "../../ports/state-files.ts";
import type { Run } from "../run.ts";
import type { Variable } from "./builder-environment.ts";

/** What a builder of this machine is made of. */
export interface BuilderProps {
  readonly run: Run;
  readonly files: Pick<StateFiles, "read" | "ensureFile" | "ensureDirectory" | "remove" | "list">;
  readonly locks: Locks;
  readonly clock: Pick<Clock, "sleep">;
  readonly random: Pick<Random, "hex">;
  readonly processes: Pick<Processes, "stop">;
  /** A variable of the operator's shell. */
  readonly variable: Variable;
  /** Directory for what builders keep on this machine; everything in it is hubfleet's own. */
  readonly store: string;
}

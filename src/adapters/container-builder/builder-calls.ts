import { createHash } from "node:crypto";
import { join } from "node:path";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { BuilderKind } from "../../ports/container-builder.ts";
import { markerVariable } from "../processes/proc-table.ts";
import type { RunResult } from "../run.ts";
import { builderEnvironment } from "./builder-environment.ts";
import type { BuilderProps } from "./builder-props.ts";
import { endTree } from "./end-tree.ts";

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly timeoutMilliseconds?: number;
  readonly onLine?: (line: string) => void;
  /** Added to what every call gets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it says is taken to the byte. @default false */
  readonly isExact?: boolean;
  /** Registries that this call takes images from. @default none */
  readonly registries?: readonly string[];
  /** It only asks and leaves nothing, so nobody sweeps it up: it is asked before there is a seat. @default false */
  readonly isQuestion?: boolean;
}

export interface CallResult extends RunResult {
  readonly isOutOfTime: boolean;
}

/** Calls a builder's program: with no more of the shell than it needs, and to an end that is one. */
export interface BuilderCalls {
  /**
   * When the time is over or the signal says so, the program and all that it started has ended before this answers. An
   * interruption is thrown, a failure answered.
   */
  call(argv: readonly [string, ...string[]], options: CallOptions): Promise<CallResult>;
  /** Ends what the calls of killed commands left running. */
  endLeftovers(): Promise<void>;
}

const usualMilliseconds = 60_000;
const longestMilliseconds = 6 * 3600_000;

export function createBuilderCalls(kind: BuilderKind, props: BuilderProps): BuilderCalls {
  const { run, processes, random } = props;
  const marker = `containers/${storeId(props.store)}/${kind}/`;
  const questions = `containers/${storeId(props.store)}/questions/`;
  return {
    async call(argv, options) {
      const { signal, timeoutMilliseconds = usualMilliseconds, onLine, environment } = options;
      signal.throwIfAborted();
      const { registries = [], isQuestion = false } = options;
      const own = `${isQuestion ? questions : marker}${random.hex(6)}`;
      let ending: Promise<void> | undefined;
      let isOutOfTime = false;
      const end = (): void => void (ending ??= endTree(own, processes));
      const timer = setTimeout(() => {
        isOutOfTime = true;
        end();
      }, timeoutMilliseconds);
      signal.addEventListener("abort", end);
      try {
        const result = await run(argv, {
          directory: "/",
          // Ended here and not by `run`, which would end the program alone: what it had started would go on.
          timeoutMilliseconds: longestMilliseconds,
          environment: { ...(await shellOf(kind, props, registries)), ...environment, [markerVariable]: own },
          isEnvironmentWhole: true,
          isApart: true,
          isExact: options.isExact === true,
          ...(onLine === undefined ? {} : { onLine }),
        });
        await ending;
        signal.throwIfAborted();
        return { ...result, isOutOfTime };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        await ending;
      }
    },
    endLeftovers: () => endTree(marker, processes),
  };
}

/** buildah and podman refuse a directory of Docker's settings that has no file of logins; docker itself does not mind. */
async function shellOf(
  kind: BuilderKind,
  { variable, files }: BuilderProps,
  registries: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const { DOCKER_CONFIG: directory, ...others } = builderEnvironment(variable, registries);
  const hasLogins = directory !== undefined && (await files.read(join(directory, "config.json"))) !== undefined;
  return directory !== undefined && (kind === "docker" || hasLogins) ? { ...others, DOCKER_CONFIG: directory } : others;
}

/** Tells the stores of several state directories of one machine apart. */
export function storeId(store: string): string {
  return createHash("sha256").update(store).digest("hex").slice(0, 8);
}

/** A call that should not have failed; `doing` as in "the image could not be saved". */
export function callFailed(kind: BuilderKind, doing: string, { stderr, stdout }: RunResult): HubfleetError {
  const words = (stderr === "" ? stdout : stderr).trim().split("\n").slice(-5).join("\n  ");
  if (/no space left on device|disk quota exceeded/i.test(words)) {
    return new HubfleetError("DISK_FULL", {
      message: `${doing}: the disk is full\n  ${words}`,
      hint: "make room, then run the command again",
      retry: "later",
    });
  }
  return new HubfleetError("BUILDER_UNUSABLE", {
    message: `${doing}: ${kind} says\n  ${words}`,
    hint: "mend what it says, or choose another builder with --builder",
    retry: "later",
  });
}

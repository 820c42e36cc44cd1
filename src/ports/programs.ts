export interface ProgramRequest {
  readonly argv: readonly [string, ...string[]];
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** User and group id to run under, with no other groups; only root can give it. Without: this command's own. */
  readonly account?: number;
}

export interface ProgramResult {
  /** -1 when it could not be started, took too long or was ended by a signal. */
  readonly exitCode: number;
  /** What it said on both streams, trimmed. */
  readonly output: string;
}

/** Programs that are run to their end, beside the processes that are kept running. */
export interface Programs {
  /**
   * Never rejects for a program that fails; the signal ends it. What the program started and left running is the
   * caller's to end: it neither delays the answer nor is it waited for.
   */
  run(request: ProgramRequest, timeoutMilliseconds: number, signal?: AbortSignal): Promise<ProgramResult>;
  /** Gives the program the terminal; answers its exit status, 128 and the signal's number when one ended it. */
  attach(request: ProgramRequest): Promise<number>;
}

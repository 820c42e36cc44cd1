/** Where a command's words go: the result on stdout, talk on stderr. */
export interface Terminal {
  /** Writes a piece of the result. The text ends its own lines. */
  out(text: string): void;
  /** Writes talk: progress, warnings, hints, errors. */
  err(text: string): void;
  /** Both a person's keyboard and a person's screen are there, so that a question may be asked. */
  readonly isInteractive: boolean;
  readonly isOutTerminal: boolean;
  readonly isErrTerminal: boolean;
  readonly colors: boolean;
  /** Whether what was written can be written over: a terminal that knows how to move its cursor. */
  readonly movesCursor: boolean;
  /** As wide and as high as it is now: people resize their windows. */
  readonly columns: number;
  readonly rows: number;
}

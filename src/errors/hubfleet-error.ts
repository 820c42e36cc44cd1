import type { ErrorCode } from "./codes.ts";

/** A place in a file that people write; line and column start at 1. `path` is relative to the fleet's root. */
export interface SourcePosition {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** How many characters the caret underlines; 1 when unknown. */
  readonly length?: number;
  /** The line's text, for the excerpt. Never taken from a file that may hold secrets. */
  readonly excerpt?: string;
}

export interface HubfleetErrorProps {
  /** Lower-case start, no full stop, quoted values, actual beside expected. */
  readonly message: string;
  /** An action that the reader can take. */
  readonly hint?: string;
  readonly at?: SourcePosition;
  /** `never`: the request is wrong. `later`: the world is, and the same request may pass another time. */
  readonly retry?: "never" | "later";
  readonly cause?: unknown;
}

/** The one error class. Its code is from a closed set, documented by `hubfleet explain CODE`. */
export class HubfleetError extends Error {
  override readonly name = "HubfleetError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly at: SourcePosition | undefined;
  readonly retry: "never" | "later";

  constructor(code: ErrorCode, props: HubfleetErrorProps) {
    super(props.message, props.cause === undefined ? undefined : { cause: props.cause });
    this.code = code;
    this.hint = props.hint;
    this.at = props.at;
    this.retry = props.retry ?? "never";
  }
}

/** Several problems found in one go, in the order of their places. */
export class HubfleetErrors extends Error {
  override readonly name = "HubfleetErrors";
  readonly problems: readonly HubfleetError[];

  constructor(problems: readonly HubfleetError[]) {
    super(`${problems.length} ${problems.length === 1 ? "problem" : "problems"}`);
    this.problems = problems;
  }
}

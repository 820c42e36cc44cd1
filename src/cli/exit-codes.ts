/** Exit statuses of every command; the only place that knows their numbers. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** `plan --detailed-exitcode` found changes. */
  changesPresent: 2,
  /** A gate or a hold is in the way. */
  blocked: 3,
  someTargetsFailed: 4,
  /** Bad usage or configuration. */
  usage: 64,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

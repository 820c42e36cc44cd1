/** Who holds a lock, as far as the holder said. */
export interface LockHolder {
  readonly pid: number;
  readonly command: string;
  readonly since: Date;
}

export type LockResult = { kind: "held"; release: () => Promise<void> } | { kind: "taken"; by: LockHolder | undefined };

/** Mutual exclusion between commands on one machine. The operating system ends a lock with its holder, however it ends. */
export interface Locks {
  /** Tries once. `note` is a file that tells others who holds it. */
  tryAcquire(name: string, note: string, command: string): Promise<LockResult>;
  /** Looks without trying: who holds it, "somebody" when the holder has not said so, undefined when nobody does. */
  holder(name: string, note: string): Promise<LockHolder | "somebody" | undefined>;
}

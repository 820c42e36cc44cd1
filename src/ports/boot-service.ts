/** One fleet's entry with the machine's service manager. */
export interface BootEntry {
  /** "hubfleet-<fleet uuid>" */
  readonly name: string;
  readonly description: string;
  /** The command that brings the hubs back, run by root when the machine has started. */
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
}

/** The machine's service manager, as far as coming back after a restart of the machine goes. */
export interface BootService {
  /** Whether there is one that this account may use. Without one, hubs stay down until the next `apply`. */
  isPresent(): Promise<boolean>;
  /** Makes the entry as it should be; answers whether anything changed. */
  ensure(entry: BootEntry): Promise<boolean>;
  /** Fine when there is none. */
  remove(name: string): Promise<void>;
  /** Whether the entry is there. */
  exists(name: string): Promise<boolean>;
}

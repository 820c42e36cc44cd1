import type { Clock } from "../../ports/clock.ts";
import type { LockHolder, Locks } from "../../ports/locks.ts";
import { createClockMemory } from "../clock/clock-memory.ts";

/** Locks of one pretended machine. */
export interface LocksMemory extends Locks {
  /** Another command takes the lock; the answer ends that command, however it ended. */
  holdElsewhere(name: string, holder?: Partial<LockHolder>): () => void;
  /** Names that are held now. */
  held(): readonly string[];
}

export function createLocksMemory(clock: Pick<Clock, "now"> = createClockMemory()): LocksMemory {
  const holders = new Map<string, LockHolder>();
  const stranger = { pid: 4242, command: "up", since: clock.now() };

  return {
    async tryAcquire(name, _note, command) {
      const by = holders.get(name);
      if (by !== undefined) return { kind: "taken", by };
      const holder = { pid: 1000, command, since: clock.now() };
      holders.set(name, holder);
      return {
        kind: "held",
        release: async () => {
          if (holders.get(name) === holder) holders.delete(name);
        },
      };
    },
    holder: async (name) => holders.get(name),
    holdElsewhere(name, holder = {}) {
      holders.set(name, { ...stranger, ...holder });
      return () => void holders.delete(name);
    },
    held: () => [...holders.keys()].sort(),
  };
}

import type { Clock } from "../../ports/clock.ts";
import type { Locks } from "../../ports/locks.ts";

export interface SeatsProps {
  readonly locks: Locks;
  readonly clock: Pick<Clock, "sleep">;
  /** What is shared; a part of the locks' names. */
  readonly name: string;
  /** Directory of the locks' notes. */
  readonly notes: string;
  /** Removes what killed commands left. Nobody else is at work meanwhile. */
  readonly sweep: () => Promise<void>;
}

export interface Seats {
  /** Until it is left again, nobody sweeps. */
  take(signal: AbortSignal): Promise<void>;
  leave(): Promise<void>;
}

const seats = 16;

/**
 * How commands share a builder's store: each holds one of a few locks while it has something there. Whoever comes and can hold
 * all of them is alone, so whatever is found then belongs to nobody. The system takes a killed command's lock back.
 */
export function createSeats({ locks, clock, name, notes, sweep }: SeatsProps): Seats {
  let users = 0;
  let own: Promise<() => Promise<void>> | undefined;

  async function sit(signal: AbortSignal): Promise<() => Promise<void>> {
    for (;;) {
      signal.throwIfAborted();
      const held: (() => Promise<void>)[] = [];
      for (let seat = 0; seat < seats; seat++) {
        const turn = await locks.tryAcquire(`containers/${name}/${seat}`, `${notes}/seat-${seat}`, "build");
        if (turn.kind === "held") held.push(turn.release);
      }
      const [mine, ...others] = held;
      try {
        if (held.length === seats) await sweep();
      } catch (error) {
        await mine?.();
        throw error;
      } finally {
        for (const release of others) await release();
      }
      if (mine !== undefined) return mine;
      await clock.sleep(100); // somebody sweeps, or sixteen commands build
    }
  }

  return {
    async take(signal) {
      users += 1;
      own ??= sit(signal);
      try {
        await own;
      } catch (error) {
        users -= 1;
        own = undefined;
        throw error;
      }
    },
    async leave() {
      users -= 1;
      if (users > 0 || own === undefined) return;
      const release = await own;
      // Somebody of this command may have come while we waited.
      if (users > 0) return;
      own = undefined;
      await release();
    },
  };
}

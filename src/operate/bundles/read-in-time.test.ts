import { describe, expect, it } from "vitest";

import { createClockMemory } from "../../adapters/clock/clock-memory.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { StateRef, StateSnapshot } from "../../ports/state-ref.ts";
import { createWatchedState, readInTime } from "./read-in-time.ts";

const known: StateSnapshot = {
  commit: "c1",
  files: new Map(),
  standing: {
    remote: "origin",
    reach: { kind: "stale", words: "the remote was not asked" },
    isFirstSight: false,
    waiting: undefined,
  },
};

/** A state whose remote answers what `online` says. */
function aState(online: (signal: AbortSignal | undefined) => Promise<StateSnapshot>): StateRef & { asked: number } {
  const unused = async (): Promise<never> => Promise.reject(new Error("nothing is written"));
  const state = {
    asked: 0,
    read: async ({ isOffline = false, signal }: { isOffline?: boolean; signal?: AbortSignal } = {}) => {
      if (isOffline) return known;
      state.asked += 1;
      return online(signal);
    },
    commit: unused,
    sync: unused,
  };
  return state;
}

const current: StateSnapshot = { ...known, standing: { ...known.standing, reach: { kind: "current" } } };
const hanging = async (signal: AbortSignal | undefined): Promise<StateSnapshot> =>
  new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(new HubfleetError("INTERRUPTED", { message: "interrupted" })));
  });

describe("a state that is only shown", () => {
  it("is what this clone knows where the remote does not answer in time, and says so", async () => {
    const read = await readInTime(aState(hanging), undefined, 20);

    expect(read.commit).toBe("c1");
    expect(read.standing.reach).toEqual({ kind: "stale", words: "no answer within 0.02 s" });
  });

  it("says so of what waits to be pushed, too", async () => {
    const waiting = { commits: 1, records: 2, since: new Date(0), reason: "untried", words: "never tried" } as const;
    const state = aState(hanging);
    state.read = async ({ isOffline = false, signal } = {}) =>
      isOffline ? { ...known, standing: { ...known.standing, waiting } } : hanging(signal);

    const read = await readInTime(state, undefined, 20);

    expect(read.standing.waiting).toEqual({ ...waiting, reason: "unreachable", words: "no answer within 0.02 s" });
  });

  it("is interrupted with its command", async () => {
    const interruption = new AbortController();
    const reading = readInTime(aState(hanging), interruption.signal, 60_000);

    interruption.abort();

    await expect(reading).rejects.toThrow("interrupted");
  });

  it("that is watched asks the remote once a minute", async () => {
    const clock = createClockMemory();
    const state = aState(async () => current);
    const read = createWatchedState({ state: async () => state, clock });

    for (let second = 0; second < 180; second += 2) {
      await read();
      clock.advance(2000);
    }

    expect(state.asked).toBe(3);
  });

  it("that is watched waits for no remote, and shows its last answer", async () => {
    const clock = createClockMemory();
    const state = aState(hanging);
    const read = createWatchedState({ state: async () => state, clock });

    expect((await read()).standing.reach).toEqual({ kind: "current" });
    state.read = async ({ isOffline = false } = {}) =>
      isOffline ? known : { ...known, standing: { ...known.standing, reach: { kind: "stale", words: "no route" } } };
    clock.advance(60_000);
    await read();
    await clock.sleep(0);

    expect((await read()).standing.reach).toEqual({ kind: "stale", words: "no route" });
  });

  it("that is watched fails when the remote was rewritten", async () => {
    const clock = createClockMemory();
    const rewritten = new HubfleetError("STATE_REWRITTEN", { message: "it was rewritten" });
    const state = aState(async () => Promise.reject(rewritten));
    const read = createWatchedState({ state: async () => state, clock });

    await read();
    await clock.sleep(0);

    await expect(read()).rejects.toThrow("it was rewritten");
  });
});

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StateRef, StateSnapshot, StateStanding } from "../../ports/state-ref.ts";

/** Whoever looks at a fleet in the night does not wait for a network that is down. */
const remoteMilliseconds = 8_000;

/**
 * The state for a command that only shows it: a remote that does not answer in a few seconds was not reached, and what this
 * clone knows is shown. @throws as StateRef.read
 */
export async function readInTime(
  state: StateRef,
  signal: AbortSignal | undefined,
  milliseconds = remoteMilliseconds,
): Promise<StateSnapshot> {
  const limit = AbortSignal.timeout(milliseconds);
  try {
    return await state.read({ signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) });
  } catch (thrown) {
    const isLate = thrown instanceof HubfleetError && thrown.code === "INTERRUPTED" && signal?.aborted !== true;
    if (!isLate) throw thrown;
    const known = await state.read({ isOffline: true, ...(signal === undefined ? {} : { signal }) });
    const words = `no answer within ${milliseconds / 1000} s`;
    const { waiting } = known.standing;
    const why = waiting === undefined ? {} : { waiting: { ...waiting, reason: "unreachable" as const, words } };
    return { ...known, standing: { ...known.standing, ...why, reach: { kind: "stale", words } } };
  }
}

/** How long the remote's word counts for whoever watches. */
const freshMilliseconds = 60_000;

/**
 * The state for whoever asks every two seconds: what this clone knows, at once, and what the remote said last of it. The
 * remote is asked once a minute, and nobody waits for its answer.
 */
export function createWatchedState({
  state,
  clock,
}: {
  readonly state: () => Promise<StateRef>;
  readonly clock: Clock;
}): (signal?: AbortSignal) => Promise<StateSnapshot> {
  let askedAt: number | undefined;
  let reach: StateStanding["reach"] = { kind: "current" };
  let failure: unknown;
  const ask = async (ref: StateRef, signal: AbortSignal | undefined): Promise<void> => {
    try {
      ({ reach } = (await readInTime(ref, signal)).standing);
      failure = undefined;
    } catch (thrown) {
      failure = thrown;
    }
  };
  return async (signal) => {
    const ref = await state();
    const now = clock.now().getTime();
    if (askedAt === undefined || now - askedAt >= freshMilliseconds) {
      askedAt = now;
      void ask(ref, signal);
    }
    if (failure !== undefined) throw failure;
    const known = await ref.read({ isOffline: true });
    return { ...known, standing: { ...known.standing, reach } };
  };
}

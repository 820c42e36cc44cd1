import { HubfleetError } from "../../errors/hubfleet-error.ts";

export interface TimeLimit {
  /** What is asked: `cluster "campus"`. */
  readonly what: string;
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/**
 * Work that is given up when it takes too long, also where it heeds no signal.
 * @throws HubfleetError CLUSTER_UNREACHABLE at its limit; the signal's reason when it was aborted
 */
export async function withinLimit<Result>(
  { what, milliseconds, signal }: TimeLimit,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = AbortSignal.timeout(milliseconds);
  const limit = AbortSignal.any([signal, late]);
  const given = Promise.withResolvers<never>();
  limit.addEventListener("abort", () => given.reject(limit.reason), { once: true });
  try {
    return await Promise.race([work(limit), given.promise]);
  } catch (error) {
    signal.throwIfAborted();
    if (!late.aborted) throw error;
    const message = `${what} did not answer within ${milliseconds / 1000} s`;
    throw new HubfleetError("CLUSTER_UNREACHABLE", { message, retry: "later", cause: error });
  }
}

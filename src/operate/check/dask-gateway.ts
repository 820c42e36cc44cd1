import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import type { LocalWorld } from "../../ports/local-world.ts";

/** The Dask gateway of a hub, past everything that a user's kernel goes through. */
export interface DaskGateway {
  readonly healthUrl: string;
  /** In words, when it is certain that it does not run; else undefined. */
  whyGone(): Promise<string | undefined>;
}

export interface GatewayWatch {
  readonly gateway: DaskGateway | undefined;
  readonly world: Pick<LocalWorld, "hubApi" | "clock">;
  readonly signal: AbortSignal;
}

const everyMilliseconds = 500;

/**
 * Runs something that needs the Dask gateway, and names the gateway when that is why it fails. What a kernel says then
 * depends on what Dask was waiting for: a refused connection, a closed stream, a cluster that failed to start, too few
 * workers; or nothing at all for minutes. So the gateway itself is asked, and its end ends the wait.
 */
export async function withDaskGateway<Result>(
  { gateway, world, signal }: GatewayWatch,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (gateway === undefined) return work(signal);
  const gone = new AbortController();
  const done = new AbortController();
  void watch(gateway, { world, done: done.signal, gone });
  try {
    return await work(AbortSignal.any([signal, gone.signal]));
  } catch (thrown) {
    if (signal.aborted || gone.signal.aborted) throw thrown;
    const why = await gateway.whyGone().catch(() => undefined);
    if (why !== undefined) throw doesNotAnswer(why, thrown);
    if (await world.hubApi.answers(gateway.healthUrl)) throw thrown;
    throw doesNotAnswer(fromUnknown(thrown)[0]?.message ?? String(thrown), thrown);
  } finally {
    done.abort();
  }
}

async function watch(
  gateway: DaskGateway,
  { world, done, gone }: { world: GatewayWatch["world"]; done: AbortSignal; gone: AbortController },
): Promise<void> {
  while (!done.aborted) {
    await world.clock.sleep(everyMilliseconds);
    const why = done.aborted ? undefined : await gateway.whyGone().catch(() => undefined);
    if (why === undefined) continue;
    gone.abort(doesNotAnswer(why));
    return;
  }
}

function doesNotAnswer(detail: string, cause?: unknown): HubfleetError {
  const words = "the Dask gateway does not answer";
  const message = detail.startsWith(words) ? detail : `${words} (${detail})`;
  return new HubfleetError("HUB_SESSION_FAILED", { message, retry: "later", cause });
}

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { HubAddress, HubApi, HubState, HubSync } from "../../ports/hub-api.ts";

const quickMilliseconds = 5_000;
/** A sync stops servers and Dask clusters, each with its grace. */
const syncMilliseconds = 120_000;

/** The hub's HTTP interface, called on this machine. */
export function createHubApiHttp(): HubApi {
  return {
    isHealthy: (address) => answers(`${address.url}hub/health`),
    // The shapes are hubfleet's own: the hub runs the code that came with this version.
    state: async (address) => (await call(address, "GET", "hub/api/hubfleet/state", quickMilliseconds)) as HubState,
    sync: async (address) => (await call(address, "POST", "hub/api/hubfleet/sync", syncMilliseconds)) as HubSync,
    restoreRoutes: async (address) => {
      await call(address, "POST", "hub/api/proxy", quickMilliseconds * 4);
    },
    answers,
  };
}

async function call(address: HubAddress, method: string, path: string, milliseconds: number): Promise<unknown> {
  const url = `${address.url}${path}`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: { authorization: `token ${address.token}` },
      signal: AbortSignal.timeout(milliseconds),
    });
    text = await response.text();
  } catch (cause) {
    throw unreachable(`${url} does not answer (${reason(cause)})`, cause);
  }
  if (!response.ok) throw unreachable(`${url} answers ${response.status} ${response.statusText}`, text.slice(0, 500));
  return text === "" ? undefined : JSON.parse(text);
}

async function answers(url: string, token?: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      redirect: "manual",
      headers: token === undefined ? {} : { authorization: `token ${token}` },
      signal: AbortSignal.timeout(quickMilliseconds),
    });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}

function unreachable(message: string, cause: unknown): HubfleetError {
  return new HubfleetError("HUB_UNREACHABLE", { message, retry: "later", cause });
}

import { setTimeout as wait } from "node:timers/promises";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { HubAddress, HubApi, HubState, HubSync } from "../../ports/hub-api.ts";

export interface HubApiHttpProps {
  readonly quickMilliseconds: number;
  /** A sync stops servers and Dask clusters, each with its grace. */
  readonly syncMilliseconds: number;
}

const patience: HubApiHttpProps = { quickMilliseconds: 5_000, syncMilliseconds: 120_000 };

/** The hub's HTTP interface, called on this machine. */
export function createHubApiHttp({ quickMilliseconds, syncMilliseconds } = patience): HubApi {
  return {
    // Whatever else listens on the port may answer 404: only a hub says 200 there.
    isHealthy: async ({ url }) => (await statusOf(`${url}hub/health`, quickMilliseconds)) === 200,
    // The shapes are hubfleet's own: the hub runs the code that came with this version.
    state: async (address) => (await callForJson(address, "GET", "state", quickMilliseconds)) as HubState,
    use: async (address, since) => {
      const path = `use?since=${encodeURIComponent(since.toISOString())}`;
      const { servers, dask } = (await callForJson(address, "GET", path, quickMilliseconds)) as UseAnswer;
      return { servers: servers ?? undefined, dask: dask ?? undefined };
    },
    sync: async (address) => (await callForJson(address, "POST", "sync", syncMilliseconds)) as HubSync,
    restoreRoutes: async (address) => {
      await call(address, "POST", "hub/api/proxy", quickMilliseconds * 4);
    },
    stopServer: (address, user, server) => stopServer(address, user, server, syncMilliseconds),
    routes: async (proxy) => {
      const routes = await callForObject(proxy, "GET", "api/routes", quickMilliseconds);
      return Object.keys(routes).map((path) => decodeURIComponent(path).replace(/\/+$/, ""));
    },
    answers: async (url, token) => {
      const status = await statusOf(url, quickMilliseconds, token);
      return status !== undefined && status < 500;
    },
  };
}

interface UseAnswer {
  readonly servers: string | null;
  readonly dask: string | null;
}

/** The hub answers 204 when it has ended, 202 while it does, 404 for a user it does not know. */
async function stopServer(address: HubAddress, user: string, server: string, milliseconds: number): Promise<void> {
  const name = encodeURIComponent(user);
  const path = server === "" ? `users/${name}/server` : `users/${name}/servers/${encodeURIComponent(server)}`;
  await call(address, "DELETE", `hub/api/${path}`, milliseconds);
  const until = performance.now() + milliseconds;
  for (;;) {
    const state = (await callForJson(address, "GET", "state", 5_000)) as HubState;
    const servers = state.users.find((one) => one.name === user)?.servers ?? [];
    if (!servers.some((one) => one.name === server)) return;
    if (performance.now() > until) throw unreachable(`the server of "${user}" does not end`, undefined);
    await wait(200);
  }
}

async function callForJson(address: HubAddress, method: string, name: string, milliseconds: number): Promise<object> {
  return callForObject(address, method, `hub/api/hubfleet/${name}`, milliseconds);
}

async function callForObject(address: HubAddress, method: string, path: string, milliseconds: number): Promise<object> {
  const text = await call(address, method, path, milliseconds);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // told below
  }
  throw unreachable(`${address.url}${path} answers something that is no JSON object`, text.slice(0, 500));
}

async function call(address: HubAddress, method: string, path: string, milliseconds: number): Promise<string> {
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
  return text;
}

/** Undefined when nobody answers in time. */
async function statusOf(url: string, milliseconds: number, token?: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, {
      redirect: "manual",
      headers: token === undefined ? {} : { authorization: `token ${token}` },
      signal: AbortSignal.timeout(milliseconds),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}

function unreachable(message: string, cause: unknown): HubfleetError {
  return new HubfleetError("HUB_UNREACHABLE", { message, retry: "later", cause });
}

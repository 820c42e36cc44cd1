import { setTimeout as wait } from "node:timers/promises";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { EndedSessions, HubSession, HubSessions, Patience, SessionHub } from "../../ports/hub-session.ts";
import { openKernelSocket } from "./kernel-socket.ts";

const operatorMilliseconds = 120_000;
const requestMilliseconds = 30_000;
const lookMilliseconds = 250;

/** Sessions over HTTP and websockets, as a browser of the user would have them. */
export function createHubSessionsHttp(): HubSessions {
  return {
    async begin(hub, user, seconds) {
      const answer = await askOperator(hub, user, { method: "POST", body: JSON.stringify({ seconds }) });
      const { token, swept } = answer as { token: string; swept: readonly string[] }; // check_users.py: admit
      return createSession(hub.url, { user, token, swept });
    },
    // check_users.py: end
    end: async (hub, user) => (await askOperator(hub, user, { method: "DELETE" })) as EndedSessions,
  };
}

async function askOperator({ operator }: SessionHub, user: string, init: RequestInit): Promise<unknown> {
  const url = `${operator.url}hub/api/hubfleet/checks/${user}`;
  const headers = { authorization: `token ${operator.token}` };
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(operatorMilliseconds) });
  } catch (cause) {
    throw unreachable(`the hub does not answer at ${operator.url} (${reason(cause)})`, cause);
  }
  if (response.status === 404) throw unreachable("the hub runs older code of hubfleet: `hubfleet apply` renews it");
  if (!response.ok) throw unreachable(`the hub answers ${response.status}: ${await messageOf(response)}`);
  return response.json();
}

interface SessionProps {
  readonly user: string;
  readonly token: string;
  readonly swept: readonly string[];
}

function createSession(hubUrl: string, { user, token, swept }: SessionProps): HubSession {
  const own = `${hubUrl}hub/api/users/${user}`;
  const server = `${hubUrl}user/${user}`;

  const call = async (method: string, url: string, options: CallOptions): Promise<Response> => {
    const { signal, body, what, milliseconds = requestMilliseconds } = options;
    try {
      return await fetch(url, {
        method,
        redirect: "manual",
        headers: { authorization: `token ${token}` },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]),
      });
    } catch (cause) {
      signal.throwIfAborted();
      throw failed(`${what}: ${new URL(url).origin} does not answer (${reason(cause)})`, cause);
    }
  };
  const isServerGone = async (signal: AbortSignal): Promise<boolean> => {
    const response = await call("GET", own, { signal, what: "the hub was asked for the server" });
    if (!response.ok) throw failed(`the hub answers ${response.status}: ${await messageOf(response)}`);
    const { servers } = (await response.json()) as { servers: object }; // JupyterHub's user model
    return Object.keys(servers).length === 0;
  };
  const startKernelProcess = async (signal: AbortSignal): Promise<string> => {
    // The server answers this when the kernel does, or is given up.
    const response = await call("POST", `${server}/api/kernels`, { signal, what: "a kernel was asked for" });
    if (!response.ok) throw failed(`the server starts no kernel: ${await messageOf(response)}`);
    const { id } = (await response.json()) as { id: string }; // Jupyter Server's kernel model
    return id;
  };

  return {
    user,
    swept,
    async startServer(profile, patience) {
      const signal = limit(patience, "the server did not answer");
      const body = JSON.stringify(profile === undefined ? {} : { profile });
      const what = "the server was asked for";
      // The hub answers at once with 201, or with 202 when the server takes more than ten seconds.
      const asked = await call("POST", `${own}/server`, { signal, body, what, milliseconds: 150_000 });
      if (!asked.ok) throw failed(await messageOf(asked));
      for (;;) {
        const seen = await call("GET", `${server}/api/status`, { signal, what: "the server was asked for its state" });
        if (seen.status === 200) return;
        if (await isServerGone(signal)) throw failed("the server ended while it started");
        await pause(lookMilliseconds, signal);
      }
    },
    async startKernel(patience) {
      const signal = limit(patience, "the kernel did not answer");
      const id = await startKernelProcess(signal);
      const watching = new AbortController();
      const both = AbortSignal.any([signal, watching.signal]);
      const address = `${server.replace(/^http/, "ws")}/api/kernels/${id}/channels`;
      const close = async (): Promise<void> => {
        const options = { signal: AbortSignal.timeout(requestMilliseconds), what: "the kernel was asked to end" };
        await call("DELETE", `${server}/api/kernels/${id}`, options).catch(() => undefined);
      };
      const opened = openKernelSocket(address, { token, signal: both });
      // The websocket of a kernel that never answers stays silent, so somebody has to look at the kernel itself.
      const died = watchKernel(async () =>
        call("GET", `${server}/api/kernels/${id}`, { signal: both, what: "the server was asked for its kernel" }),
      );
      try {
        const socket = await Promise.race([opened, died]);
        return { run: (code, rest) => socket.execute(code, rest), close: async () => (socket.close(), close()) };
      } finally {
        watching.abort();
        await Promise.allSettled([opened, died]);
      }
    },
    async stopServer(patience) {
      const signal = limit(patience, "the server did not end");
      const asked = await call("DELETE", `${own}/server`, { signal, what: "the server was asked to end" });
      if (!asked.ok && asked.status !== 404) throw failed(`the server does not end: ${await messageOf(asked)}`);
      while (!(await isServerGone(signal))) await pause(lookMilliseconds, signal);
    },
  } satisfies HubSession;
}

interface CallOptions {
  readonly signal: AbortSignal;
  readonly body?: string;
  /** The beginning of the sentence that says it failed. */
  readonly what: string;
  readonly milliseconds?: number;
}

/** A signal that says why, when the time is over. */
function limit({ milliseconds, signal }: Patience, what: string): AbortSignal {
  const late = new AbortController();
  setTimeout(() => late.abort(failed(`${what} in ${milliseconds / 1000} s`)), milliseconds).unref();
  return AbortSignal.any([signal, late.signal]);
}

/** Ends with what the signal says, where node's own would hide it in a cause. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** Never resolves; rejects when the kernel is not going to answer. */
async function watchKernel(look: () => Promise<Response>): Promise<never> {
  for (;;) {
    await wait(lookMilliseconds * 4);
    const response = await look();
    if (!response.ok) throw failed("the kernel ended while it started");
    const { execution_state: state } = (await response.json()) as { execution_state?: string }; // kernel model
    if (state === "dead" || state === "restarting" || state === "autorestarting") {
      throw failed("the kernel ended while it started");
    }
  }
}

/** What JupyterHub and Jupyter Server say in their error documents, or else the status. */
async function messageOf(response: Response): Promise<string> {
  const text = await response.text().catch(() => "");
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === "string" && message !== "") return message;
  } catch {
    // told below
  }
  return `${response.status} ${response.statusText}`;
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}

function failed(message: string, cause?: unknown): HubfleetError {
  return new HubfleetError("HUB_SESSION_FAILED", { message, retry: "later", cause });
}

function unreachable(message: string, cause?: unknown): HubfleetError {
  return new HubfleetError("HUB_UNREACHABLE", { message, retry: "later", cause });
}

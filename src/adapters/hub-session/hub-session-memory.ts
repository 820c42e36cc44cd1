import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { HubSession, HubSessions, Kernel, KernelAnswer, Patience } from "../../ports/hub-session.ts";

/** Calls that a test can make fail. */
export type SessionCall = "begin" | "startServer" | "startKernel" | "run" | "stopServer" | "end";

export interface HubSessionsMemory extends HubSessions {
  /** What is done on every hub, in order: "startServer lab", "run print(6 * 7)". */
  readonly calls: readonly string[];
  /** Temporary users that are there now, each with what it has. */
  readonly users: ReadonlyMap<string, { readonly server: boolean; readonly kernels: number }>;
  /** The call fails from now on with the reason, for `run` only where the code contains `code`; undefined mends it. */
  break(call: SessionCall, reason: string | undefined, code?: string): void;
  /** Kernels have no answer to code that contains this, until the caller's signal. */
  hang(code: string): void;
  /** Runs before each call, which then fails when the caller's signal was aborted. */
  before: (call: SessionCall) => void | Promise<void>;
}

interface User {
  readonly hub: string;
  server: boolean;
  kernels: number;
}

/** Sessions that are a map. Kernels know how to print a product and how to raise; other code does nothing. */
export function createHubSessionsMemory(): HubSessionsMemory {
  const users = new Map<string, User>();
  const broken = new Map<SessionCall, { readonly reason: string; readonly code: string }>();
  const calls: string[] = [];
  const hanging: string[] = [];

  const memory: HubSessionsMemory = {
    calls,
    users,
    before: () => undefined,
    hang(code) {
      hanging.push(code);
    },
    break(call, reason, code = "") {
      if (reason === undefined) broken.delete(call);
      else broken.set(call, { reason, code });
    },
    async begin({ url }, user) {
      await enter("begin", user);
      const swept = [...users].flatMap(([name, { hub }]) => (hub === url ? [name] : [])).toSorted();
      for (const name of swept) users.delete(name);
      users.set(user, { hub: url, server: false, kernels: 0 });
      return createSession(user, swept);
    },
    async end(_hub, user) {
      await enter("end", user);
      return { ended: users.delete(user) ? [user] : [], left: [] };
    },
  };

  async function enter(call: SessionCall, detail: string, signal?: AbortSignal): Promise<void> {
    calls.push(detail === "" ? call : `${call} ${detail}`);
    await memory.before(call);
    signal?.throwIfAborted();
    const fault = broken.get(call);
    if (fault === undefined || !detail.includes(fault.code)) return;
    const code = call === "begin" || call === "end" ? "HUB_UNREACHABLE" : "HUB_SESSION_FAILED";
    throw new HubfleetError(code, { message: fault.reason, retry: "later" });
  }

  function createSession(name: string, swept: readonly string[]): HubSession {
    const own = (): User => {
      const user = users.get(name);
      if (user === undefined) throw failed("the hub answers 403: Forbidden");
      return user;
    };
    return {
      user: name,
      swept,
      async startServer(profile, { signal }) {
        await enter("startServer", profile ?? "", signal);
        own().server = true;
      },
      async startKernel({ signal }) {
        await enter("startKernel", "", signal);
        if (!own().server) throw failed("the server starts no kernel: 503 Service Unavailable");
        own().kernels += 1;
        return createKernel(own);
      },
      async stopServer({ signal }) {
        await enter("stopServer", "", signal);
        Object.assign(own(), { server: false, kernels: 0 });
      },
    };
  }

  function createKernel(own: () => User): Kernel {
    let isClosed = false;
    return {
      async run(code, patience) {
        await enter("run", code, patience.signal);
        if (isClosed || !own().server) throw failed("the kernel's websocket is closed");
        if (hanging.some((one) => code.includes(one))) return new Promise((_, reject) => untilSignal(patience, reject));
        return compute(code, patience);
      },
      async close() {
        if (!isClosed) own().kernels -= 1;
        isClosed = true;
      },
    };
  }

  return memory;
}

/** Enough of Python for tests: a product printed, an error raised, a sleep. */
function compute(code: string, { milliseconds, signal }: Patience): Promise<KernelAnswer> | KernelAnswer {
  const [, left, right] = /^print\((\d+) \* (\d+)\)$/.exec(code) ?? [];
  if (left !== undefined) return { kind: "done", printed: `${Number(left) * Number(right)}\n` };
  const [, error, message] = /^raise (\w+)\("(.*)"\)$/.exec(code) ?? [];
  if (error !== undefined) return { kind: "raised", error, message: message ?? "", printed: "" };
  if (!code.startsWith("import time; time.sleep(")) return { kind: "done", printed: "" };
  return new Promise((_resolve, reject) => {
    untilSignal({ signal }, reject);
    setTimeout(() => reject(failed(`the kernel did not finish in ${milliseconds / 1000} s`)), milliseconds).unref();
  });
}

function untilSignal({ signal }: Pick<Patience, "signal">, reject: (reason: Error) => void): void {
  const abort = (): void => reject(signal.reason as Error); // the caller's
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
}

function failed(message: string): HubfleetError {
  return new HubfleetError("HUB_SESSION_FAILED", { message, retry: "later" });
}

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { KernelAnswer, Patience } from "../../ports/hub-session.ts";

/** One kernel's websocket, speaking the part of the Jupyter messaging protocol (5.3) that running code needs. */
export interface KernelSocket {
  execute(code: string, patience: Patience): Promise<KernelAnswer>;
  close(): void;
}

interface Message {
  readonly msg_type: string;
  readonly parent_header: { readonly msg_id?: string };
  readonly content: {
    readonly text?: string;
    readonly ename?: string;
    readonly evalue?: string;
    readonly execution_state?: string;
  };
}

/** More than this of an output is nobody's to read in a terminal. */
const mostPrinted = 64_000;

/** Resolves when the server has opened it, which it does when the kernel answers. */
export function openKernelSocket(
  address: string,
  { token, signal }: { readonly token: string; readonly signal: AbortSignal },
): Promise<KernelSocket> {
  signal.throwIfAborted();
  // In a header, because addresses are written into logs.
  const socket = new WebSocket(address, { headers: { authorization: `token ${token}` } });
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      socket.close();
      reject(signal.reason as Error); // an AbortError, or the caller's own
    };
    signal.addEventListener("abort", abort, { once: true });
    const settle = (act: () => void) => (): void => {
      signal.removeEventListener("abort", abort);
      act();
    };
    socket.addEventListener(
      "open",
      settle(() => resolve(createKernelSocket(socket))),
      { once: true },
    );
    socket.addEventListener(
      "error",
      settle(() => reject(failed("the kernel's websocket was refused"))),
      { once: true },
    );
  });
}

function createKernelSocket(socket: WebSocket): KernelSocket {
  const session = crypto.randomUUID();
  return {
    close: () => socket.close(),
    execute: (code, { milliseconds, signal }) =>
      new Promise((resolve, reject) => {
        const id = crypto.randomUUID();
        let printed = "";
        let answer: KernelAnswer | undefined;
        const listening = new AbortController();
        const finish = (act: () => void): void => {
          clearTimeout(timer);
          listening.abort();
          act();
        };
        const fail = (message: string): void => finish(() => reject(failed(message)));
        const timer = setTimeout(() => fail(`the kernel did not finish in ${milliseconds / 1000} s`), milliseconds);
        const listen = { signal: listening.signal };
        signal.addEventListener("abort", () => finish(() => reject(signal.reason as Error)), listen); // as above
        socket.addEventListener("close", () => fail("the kernel's websocket was closed"), listen);
        socket.addEventListener(
          "message",
          (event: MessageEvent) => {
            const message = parse(event.data);
            if (message === undefined) return;
            const { msg_type: type, content } = message;
            const state = type === "status" ? content.execution_state : undefined;
            // The server says so of the kernel, whatever it was asked before.
            if (state === "dead" || state === "restarting" || state === "autorestarting") fail("the kernel ended");
            if (message.parent_header.msg_id !== id) return;
            if (type === "stream" && printed.length < mostPrinted) printed += content.text ?? "";
            if (type === "error") {
              answer = { kind: "raised", error: content.ename ?? "", message: content.evalue ?? "", printed };
            }
            if (state === "idle") finish(() => resolve(answer ?? { kind: "done", printed }));
          },
          listen,
        );
        if (signal.aborted) finish(() => reject(signal.reason as Error)); // as above
        else if (socket.readyState === WebSocket.OPEN) socket.send(request(code, id, session));
        else fail("the kernel's websocket is closed");
      }),
  };
}

function request(code: string, id: string, session: string): string {
  const header = {
    msg_id: id,
    session,
    username: "",
    msg_type: "execute_request",
    version: "5.3",
    date: new Date().toISOString(),
  };
  const content = {
    code,
    silent: false,
    store_history: false,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
  };
  return JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: "shell", buffers: [] });
}

/** Binary messages carry widgets' data, which nothing here needs. */
function parse(data: unknown): Message | undefined {
  return typeof data === "string" ? (JSON.parse(data) as Message) : undefined; // the protocol's shape
}

function failed(message: string): HubfleetError {
  return new HubfleetError("HUB_SESSION_FAILED", { message, retry: "later" });
}

import type { Duplex } from "node:stream";

import type { ExecResult } from "../../ports/kubernetes.ts";
import { readMessages } from "./websocket-messages.ts";

/** Nobody reads more than this of a command's output; the rest is let go. */
const mostBytes = 16_000_000;

/** What a command answers that could not be started. */
export interface ExecRefusal {
  readonly refusal: string;
}

/**
 * Reads a command's output until the cluster closes the websocket. Every message begins with a byte that names its channel:
 * 1 what it printed, 2 its errors, 3 how it ended. Nothing is sent but the answers that websockets ask for.
 */
export async function readExec(socket: Duplex, signal: AbortSignal): Promise<ExecResult | ExecRefusal> {
  const channels: Record<number, Buffer[]> = { 1: [], 2: [], 3: [] };
  let size = 0;
  const abort = (): void => void socket.destroy();
  signal.addEventListener("abort", abort, { once: true });
  try {
    for await (const message of readMessages(socket)) {
      const channel = channels[message[0] ?? 0];
      if (size <= mostBytes || message[0] === 3) channel?.push(message.subarray(1));
      size += message.length;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", abort);
    socket.destroy();
  }
  signal.throwIfAborted();
  const [stdout, stderr, end] = [1, 2, 3].map((channel) => Buffer.concat(channels[channel] ?? []).toString());
  const exitCode = readEnd(end ?? "");
  return typeof exitCode === "string"
    ? { refusal: exitCode }
    : { exitCode, stdout: stdout ?? "", stderr: stderr ?? "" };
}

interface ExecStatus {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

/** The exit status, or why there is none. */
function readEnd(text: string): number | string {
  if (text === "") return "the connection broke before the command ended";
  const { status, message, details } = JSON.parse(text) as ExecStatus;
  if (status === "Success") return 0;
  const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  return code === undefined ? (message ?? "it gives no reason") : Number(code);
}

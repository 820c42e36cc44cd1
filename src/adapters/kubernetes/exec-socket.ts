import type { Duplex } from "node:stream";

import type { ExecResult } from "../../ports/kubernetes.ts";

/** The version of the protocol whose last channel says how the command ended. */
export const execProtocol = "v4.channel.k8s.io";

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

const opcode = { continuation: 0, close: 8, ping: 9, pong: 10 } as const;

/** The messages of a websocket from a server, whose frames are not masked; ends when it is closed. */
async function* readMessages(socket: Duplex): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  for await (const piece of socket) {
    rest = Buffer.concat([rest, piece as Buffer]); // no encoding was set
    for (let frame = readFrame(rest); frame !== undefined; frame = readFrame(rest)) {
      rest = rest.subarray(frame.size);
      if (frame.opcode === opcode.close) return;
      if (frame.opcode === opcode.ping) socket.write(composeFrame(opcode.pong, frame.payload));
      if (frame.opcode >= opcode.close) continue;
      parts.push(frame.payload);
      if (!frame.isLast) continue;
      yield Buffer.concat(parts);
      parts = [];
    }
  }
}

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
  readonly size: number;
}

/** The first frame of these bytes, if it is there as a whole (RFC 6455, 5.2). */
function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < start + length) return undefined;
  const head = bytes.readUInt8(0);
  return {
    opcode: head & 0x0f,
    isLast: (head & 0x80) !== 0,
    payload: bytes.subarray(start, start + length),
    size: start + length,
  };
}

/** A client masks what it sends. Control frames have at most 125 bytes. */
function composeFrame(kind: number, payload: Buffer): Buffer {
  const mask = Buffer.from(crypto.getRandomValues(new Uint8Array(4)));
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([0x80 | kind, 0x80 | payload.length]), mask, masked]);
}

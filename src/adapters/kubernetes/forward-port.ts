import type { Socket } from "node:net";
import { Readable, Transform, type Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { Forward } from "../../ports/kubernetes.ts";
import { listenForward } from "./listen-forward.ts";
import { composeMessage, readMessages } from "./websocket-messages.ts";

/** Channels of a websocket for one port. The first message on each of them is the port's number. */
const channel = { data: 0, error: 1 } as const;

/**
 * A port of this machine for a pod's: every connection to it gets a websocket of its own, which ends with it. One is opened and
 * let go at once, so that a pod that is not there, or may not be reached, is known before anybody connects.
 */
export async function forwardPort(
  open: (signal: AbortSignal) => Promise<Duplex>,
  signal: AbortSignal,
): Promise<Forward> {
  (await open(signal)).destroy();
  return listenForward(async (client, until) => {
    const line = await open(until);
    const end = (): void => void line.destroy();
    until.addEventListener("abort", end, { once: true });
    try {
      await join(client, line);
    } finally {
      until.removeEventListener("abort", end);
      line.destroy();
    }
  }, signal);
}

/** Ends when the pod's side has, or both: a websocket has no way to say that only one direction is over. */
async function join(client: Socket, line: Duplex): Promise<void> {
  const wrap = new Transform({
    transform: (piece: Buffer, _encoding, done) => done(null, composeMessage(channel.data, piece)),
  });
  const sent = pipeline(client, wrap, line);
  // As a stream: a pipeline from a generator never settles where the client ended first.
  const received = pipeline(Readable.from(contentOf(line), { objectMode: false }), client);
  const over = sent.catch(() => void line.destroy());
  await received.catch(() => undefined);
  client.destroySoon();
  await over;
}

async function* contentOf(line: Duplex): AsyncGenerator<Buffer> {
  const isOpen = { [channel.data]: false, [channel.error]: false };
  for await (const message of readMessages(line)) {
    const from = message[0] === channel.data ? channel.data : channel.error;
    if (isOpen[from] && from === channel.data) yield message.subarray(1);
    // The pod's side says in words why it does not take the connection.
    if (isOpen[from] && from === channel.error) return;
    isOpen[from] = true;
  }
}

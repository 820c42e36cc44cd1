import type { Duplex } from "node:stream";

/** The version of the protocol in which every message begins with a byte that names its channel. */
export const channelProtocol = "v4.channel.k8s.io";

/** One message to a channel, as a client sends it. */
export function composeMessage(channel: number, content: Buffer): Buffer {
  return composeFrame(opcode.binary, Buffer.concat([Buffer.from([channel]), content]));
}

/** The messages of a websocket from a server, whose frames are not masked; ends when it is closed. */
export async function* readMessages(socket: Duplex): AsyncGenerator<Buffer> {
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

const opcode = { binary: 2, close: 8, ping: 9, pong: 10 } as const;

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

/** A client masks what it sends (RFC 6455, 5.3). */
function composeFrame(kind: number, payload: Buffer): Buffer {
  const { length } = payload;
  const mask = Buffer.from(crypto.getRandomValues(new Uint8Array(4)));
  const head =
    length < 126
      ? Buffer.from([0x80 | kind, 0x80 | length])
      : length < 65_536
        ? Buffer.from([0x80 | kind, 0x80 | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([0x80 | kind, 0x80 | 127]), longLength(length)]);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

function longLength(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}

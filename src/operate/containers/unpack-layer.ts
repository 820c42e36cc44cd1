import { type Duplex, pipeline, Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";

/** More than any image unpacks to; a layer that pretends to be larger is no image. */
const mostBytes = 200e9;

/** What is in a layer, told by its first bytes: registries and builders are not always right about the type. */
export async function* unpackLayer(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 4) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  const decompress = decompressor(head);
  let unpacked = 0;
  for await (const chunk of decompress === undefined ? all() : through(all(), decompress)) {
    unpacked += chunk.length;
    if (unpacked > mostBytes) throw new Error("it unpacks without an end");
    yield chunk;
  }
}

function through(bytes: AsyncIterable<Uint8Array>, decompress: Duplex): AsyncIterable<Uint8Array> {
  // What breaks comes out of the other end.
  pipeline(Readable.from(bytes), decompress, () => undefined);
  return decompress as AsyncIterable<Uint8Array>;
}

function decompressor(head: Buffer): Duplex | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return createGunzip();
  return head.length >= 4 && head.readUInt32LE() === 0xfd2fb528 ? createZstdDecompress() : undefined;
}

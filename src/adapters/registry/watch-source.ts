import type { BlobSource } from "../../ports/registry.ts";

export interface WatchedSource {
  readonly read: (from: number) => AsyncIterable<Uint8Array>;
  /** What the source ended with: not the fault of whoever it was sent to. */
  readonly failure: unknown;
}

export function watchSource(blob: BlobSource): WatchedSource {
  let failure: unknown;
  return {
    get failure() {
      return failure;
    },
    async *read(from) {
      let chunks;
      let bytes = from;
      try {
        chunks = blob.read(from)[Symbol.asyncIterator]();
        for (;;) {
          const { done, value } = await chunks.next();
          if (done === true) break;
          bytes += value.length;
          yield value;
        }
        if (bytes !== blob.size)
          throw new Error(`${blob.size} bytes were announced of "${blob.digest}", and ${bytes} came`);
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        await chunks?.return?.();
      }
    },
  };
}

/** The first bytes of what comes, and no more. */
export async function* takeBytes(count: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of chunks) {
    const taken = chunk.subarray(0, left);
    left -= taken.length;
    yield taken;
    if (left === 0) return;
  }
}

/** The body of an answer, as long as something comes. */
export async function* pieces(
  response: Response,
  silenceMilliseconds: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = (response.body ?? new ReadableStream<Uint8Array>({ start: (empty) => empty.close() })).getReader();
  let timer: NodeJS.Timeout | undefined;
  const cancel = (why: Error) => (): void => void reader.cancel(why).catch(() => undefined);
  let quiet = false;
  const interrupt = cancel(new Error("interrupted"));
  signal.addEventListener("abort", interrupt, { once: true });
  try {
    for (;;) {
      timer = setTimeout(() => {
        quiet = true;
        cancel(new Error("silence"))();
      }, silenceMilliseconds);
      const { done, value } = await reader.read();
      clearTimeout(timer);
      signal.throwIfAborted();
      if (quiet) throw new Error("it stopped sending");
      if (done) return;
      yield value;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", interrupt);
    // Whoever takes no more must not leave a connection open.
    cancel(new Error("no more wanted"))();
  }
}

export async function* skipBytes(count: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of chunks) {
    const rest = chunk.subarray(Math.min(left, chunk.length));
    left -= chunk.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}

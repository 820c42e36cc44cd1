import { afterEach, expect, it, vi } from "vitest";

import type { Exchange } from "./exchange.ts";
import { withinTime } from "./follow-redirects.ts";

afterEach(() => void vi.useRealTimers());

it("leaves no time limit behind when the answer comes before all was taken of what is sent", async () => {
  vi.useFakeTimers();
  const body = (async function* () {
    yield Buffer.from("all that was announced");
  })();
  let rest: AsyncIterator<Uint8Array> | undefined;
  const exchange: Exchange = async (_url, request) => {
    rest = (request.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator](); // as it was given
    await rest.next();
    return new Response(null, { status: 201 });
  };
  const { signal } = new AbortController();

  await withinTime(
    new URL("http://127.0.0.1:5000/v2/"),
    { method: "PATCH", headers: {}, body },
    { props: { exchange, answerMilliseconds: 300_000 }, signal },
  );
  await rest?.next();

  expect(vi.getTimerCount()).toBe(0); // nothing that a command would wait for at its end
});

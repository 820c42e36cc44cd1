import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

import type { Forward } from "../../ports/kubernetes.ts";

/** Listens on a free port of this machine, and hands every connection on; `carry` settles when it has ended. */
export async function listenForward(
  carry: (client: Socket, until: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<Forward> {
  signal.throwIfAborted();
  const ending = new AbortController();
  const carried = new Set<Promise<void>>();
  const server = createServer((client) => {
    const end = (): void => void client.destroy();
    client.on("error", end);
    ending.signal.addEventListener("abort", end, { once: true });
    const one = carry(client, ending.signal)
      // Whoever connected sees that the connection ends; there is nobody else to tell.
      .catch(() => undefined)
      .finally(() => {
        ending.signal.removeEventListener("abort", end);
        client.destroySoon();
        carried.delete(one);
      });
    carried.add(one);
  });
  const close = async (): Promise<void> => {
    signal.removeEventListener("abort", closeSoon);
    ending.abort();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
    await Promise.all(carried);
  };
  const closeSoon = (): void => void close();
  signal.addEventListener("abort", closeSoon, { once: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close }; // it listens on a port
}

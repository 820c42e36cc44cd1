import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect } from "node:net";

import type { Certificate } from "./certificates.ts";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Servers that answer as a test says; `close` ends them all. */
export interface ScriptedServers {
  readonly serve: (answer: Answer, on?: { readonly tls?: Certificate; readonly address?: string }) => Promise<string>;
  /** A proxy that connects whoever asks to where they want; notes where that is. */
  readonly serveTunnel: (seen: string[]) => Promise<string>;
  readonly close: () => Promise<void>;
}

export function scriptedServers(): ScriptedServers {
  const servers: Server[] = [];
  return {
    async serveTunnel(seen) {
      const server = createServer().on("connect", ({ url = "" }, socket) => {
        seen.push(url);
        const [host, port] = url.split(":");
        const there = connect(Number(port), host ?? "", () => {
          socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
          there.pipe(socket).pipe(there);
        });
        for (const one of [there, socket]) one.on("error", () => [there, socket].map((end) => end.destroy()));
      });
      servers.push(server);
      await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async serve(answer, { tls, address = "127.0.0.1" } = {}) {
      const listener: RequestListener = answer;
      const secrets = { cert: tls?.certificate, key: tls?.key };
      const server = tls === undefined ? createServer(listener) : createSecureServer(secrets, listener);
      servers.push(server);
      await new Promise<void>((listening) => void server.listen(0, address, listening));
      return `${address}:${(server.address() as AddressInfo).port}`;
    },
    async close() {
      await Promise.all(
        servers.splice(0).map(
          (server) =>
            new Promise((done) => {
              server.close(done).closeAllConnections();
            }),
        ),
      );
    },
  };
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { HubState, HubSync } from "../../src/ports/hub-api.ts";

/** What the loopback hub says next; anything but an answer is a way to fail. */
export type Mood = "answers" | "fails" | "says html" | "says nothing" | "hangs";

/** A small HTTP server that speaks the shapes of contract.md, on a port of its own. */
export interface LoopbackHub {
  readonly url: string;
  readonly requests: readonly { readonly method: string; readonly path: string; readonly token: string }[];
  mood: Mood;
  close(): Promise<void>;
}

export async function aLoopbackHub(
  basePath: string,
  token: string,
  says: { state: HubState; sync: HubSync; use?: object },
): Promise<LoopbackHub> {
  const requests: { method: string; path: string; token: string }[] = [];
  const hub = { mood: "answers" as Mood };
  let { state } = says;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = "", url: path = "" } = request;
    const given = request.headers.authorization?.replace(/^(token|bearer) /i, "") ?? "";
    requests.push({ method, path, token: given });
    if (hub.mood === "hangs") return;
    if (hub.mood === "fails") return void response.writeHead(500).end("Internal Server Error");
    if (hub.mood === "says html") return void response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    if (hub.mood === "says nothing") return void response.writeHead(200).end();
    if (path === `${basePath}hub/health`) return void response.writeHead(200).end();
    if (given !== token) return void response.writeHead(403).end(JSON.stringify({ status: 403, message: "Forbidden" }));
    const stopped = /\/hub\/api\/users\/(\w+)\/server$/.exec(path)?.[1];
    if (method === "DELETE" && stopped !== undefined) {
      state = { ...state, users: state.users.map((user) => (user.name === stopped ? { ...user, servers: [] } : user)) };
      return void response.writeHead(204).end();
    }
    const urls = state.users.flatMap(({ servers }) => servers.map(({ url }) => url.replace(/\/$/, "")));
    const routes: Record<string, string> = {
      [`GET ${basePath}api/routes`]: JSON.stringify(Object.fromEntries(urls.map((url) => [url, {}]))),
      [`GET ${basePath}hub/api/hubfleet/state`]: JSON.stringify(state),
      [`GET ${basePath}hub/api/hubfleet/use?since=${encodeURIComponent("2026-11-21T09:00:00.000Z")}`]: JSON.stringify(
        says.use,
      ),
      [`POST ${basePath}hub/api/hubfleet/sync`]: JSON.stringify(says.sync),
      [`POST ${basePath}hub/api/proxy`]: "",
    };
    const body = routes[`${method} ${path}`];
    if (body === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(body);
  }

  const server = createServer(answer);
  const port = await listen(server);
  return Object.assign(hub, {
    url: `http://127.0.0.1:${port}${basePath}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port; // listens on TCP
}

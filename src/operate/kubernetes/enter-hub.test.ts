import { createServer, type Server } from "node:http";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { aRemoteHub, type PretendedRemote } from "../../../test/support/kubernetes/a-remote-hub.ts";
import { enterHub } from "./enter-hub.ts";

const never = new AbortController().signal;

describe("entering a hub on Kubernetes", () => {
  let pretended: PretendedRemote;
  let servers: Server[];
  /** What answers with its own name on a port of a pod. */
  const listen = (place: string): void => {
    const server = createServer((request, response) => response.end(`${place} ${request.url ?? ""}`));
    servers.push(server);
    pretended.cluster.listeners.set(place, (client) => void server.emit("connection", client));
  };
  const answer = async (url: string): Promise<string> => (await fetch(url)).text();

  beforeEach(async () => {
    servers = [];
    pretended = await aRemoteHub({ basePath: "/lab/" });
  });
  afterEach(() => {
    for (const server of servers) server.closeAllConnections();
  });

  it("leads the operator to the hub's own pod, and people to the proxy's", async () => {
    listen("alpha/hub-1:8081");
    listen("alpha/proxy-1:8000");

    const entrance = await enterHub(pretended.remote, never);

    expect(entrance.hub.operator.token).toBe("operator");
    expect(await answer(`${entrance.hub.operator.url}hub/health`)).toBe("alpha/hub-1:8081 /lab/hub/health");
    expect(await answer(`${entrance.hub.url}user/ada`)).toBe("alpha/proxy-1:8000 /lab/user/ada");
    await entrance.close();
    await expect(fetch(entrance.hub.url)).rejects.toThrow("fetch failed");
  });

  it("takes the pod that runs, whichever else there are", async () => {
    pretended.pod("hub-2", { component: "hub", phase: "Pending" });
    pretended.pod("proxy-0", { component: "proxy", phase: "Failed" });
    listen("alpha/hub-1:8081");
    listen("alpha/proxy-1:8000");

    const entrance = await enterHub(pretended.remote, never);

    expect(await answer(entrance.hub.operator.url)).toBe("alpha/hub-1:8081 /lab/");
    expect(await answer(entrance.hub.url)).toBe("alpha/proxy-1:8000 /lab/");
    await entrance.close();
  });

  it("goes by people's own address where HTTPS ends in the proxy", async () => {
    const network = { entry: { kind: "load-balancer" }, https: { kind: "secret", name: "certificate" } };
    pretended = await aRemoteHub({ basePath: "/lab/", network });

    const entrance = await enterHub(pretended.remote, never);

    expect(entrance.hub.url).toBe("https://alpha.example.org/lab/");
    await entrance.close();
  });

  it.each([
    ["hub", 'hub "alpha" has no running pod in namespace "alpha" of cluster "cloud"'],
    ["proxy", 'the proxy of hub "alpha" has no running pod in namespace "alpha" of cluster "cloud"'],
  ])("says when the %s does not run", async (component, message) => {
    pretended.cluster.take({ apiVersion: "v1", kind: "Pod", name: `${component}-1`, namespace: "alpha" });

    await expect(enterHub(pretended.remote, never)).rejects.toMatchObject({ code: "HUB_UNREACHABLE", message });
  });
});

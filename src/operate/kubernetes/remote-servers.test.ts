import { beforeEach, describe, expect, it } from "vitest";

import { aRemoteHub, type PretendedRemote } from "../../../test/support/kubernetes/a-remote-hub.ts";
import { restartRemoteHub } from "./restart-remote.ts";
import { remoteServers, stopRemoteServers } from "./stop-remote-servers.ts";

describe("servers of a hub on Kubernetes", () => {
  let pretended: PretendedRemote;
  beforeEach(async () => {
    pretended = await aRemoteHub();
    for (const user of ["ada", "grace"]) pretended.hub.startServer(user, "lab");
    pretended.give("Secret", "hubfleet-current", { data: { "current.json": "e30=" } });
  });
  const servers = (users: readonly string[] = []): ReturnType<typeof remoteServers> => {
    const { remote, reach, world, machine } = pretended;
    return remoteServers(remote, users, { reach, world, signal: machine.watch.signal });
  };
  const stop = async (props: object = {}): ReturnType<typeof stopRemoteServers> => {
    const { fleet, remote, reach, world, machine } = pretended;
    const about = { fleetUuid: fleet.uuid, servers: await servers(), message: "", waitMilliseconds: 0, reach, world };
    return stopRemoteServers(remote, { ...about, ...machine.watch, ...props });
  };
  const current = (): unknown => {
    const secret = { apiVersion: "v1", kind: "Secret", name: "hubfleet-current", namespace: "alpha" };
    return pretended.cluster.find(secret)?.["data"];
  };

  it("are those that run, of all or of who is named", async () => {
    expect(await servers()).toEqual([
      { user: "ada", server: "" },
      { user: "grace", server: "" },
    ]);
    expect(await servers(["grace"])).toEqual([{ user: "grace", server: "" }]);
    await expect(servers(["eda"])).rejects.toMatchObject({ code: "UNKNOWN_TARGET" });
    expect(pretended.ways.open).toBe(0);
  });

  it("are ended after an announcement, which is then taken back", async () => {
    const announced: unknown[] = [];
    const sleep = pretended.machine.clock.sleep.bind(pretended.machine.clock);
    const clock = { ...pretended.machine.clock, sleep: async (ms: number) => (announced.push(current()), sleep(ms)) };
    pretended = { ...pretended, world: { ...pretended.world, clock } };

    const { stopped } = await stop({ message: "New disks", waitMilliseconds: 60_000 });

    expect(stopped).toEqual(["ada", "grace"]);
    const [{ "notice.json": notice = "" } = {}] = announced as Record<string, string>[];
    expect(JSON.parse(Buffer.from(notice, "base64").toString())).toMatchObject({
      text: expect.stringContaining("New disks (servers stop at ") as string,
    });
    expect(current()).toEqual({ "current.json": "e30=" });
    expect(pretended.hub.users.flatMap((user) => user.servers)).toEqual([]);
    expect(pretended.ways.open).toBe(0);
  });

  it("go on when somebody interrupts, and nothing is announced any more", async () => {
    const interruption = new AbortController();
    const clock = { ...pretended.machine.clock, sleep: async () => interruption.abort(new Error("enough")) };
    pretended = { ...pretended, world: { ...pretended.world, clock } };

    const done = await stop({ waitMilliseconds: 60_000, signal: interruption.signal });

    expect(done).toEqual({ stopped: [], failed: [], isInterrupted: true });
    expect(current()).toEqual({ "current.json": "e30=" });
    expect(pretended.hub.users).toHaveLength(2);
  });
});

describe("restarting a hub on Kubernetes", () => {
  let pretended: PretendedRemote;
  beforeEach(async () => {
    pretended = await aRemoteHub();
  });
  const restart = (proxy: boolean): ReturnType<typeof restartRemoteHub> => {
    const { fleet, remote, reach, world, machine } = pretended;
    return restartRemoteHub(remote, { fleetUuid: fleet.uuid, proxy, reach, world, ...machine.watch });
  };
  const pods = (): readonly string[] =>
    pretended.cluster
      .select({ apiVersion: "v1", kind: "Pod", namespace: "alpha" })
      .map(({ metadata }) => metadata.name);

  it("ends the pods of hub and gateway, and no user's", async () => {
    expect(await restart(false)).toMatchObject([{ target: "hub/alpha", kind: "changed" }]);
    expect(pods()).toEqual(["jupyter-ada", "proxy-1", "traefik-1"]);
  });

  it("ends the proxy's alone where that is asked for, and has it told its routes", async () => {
    await restart(true);

    expect(pretended.hub.routesRestored).toBe(1);
    expect(pretended.ways.open).toBe(0);
    expect(pods()).toEqual(["controller-1", "gateway-1", "hub-1", "jupyter-ada", "traefik-1"]);
  });

  it("fails with the reasons when they do not come back", async () => {
    pretended.give("Deployment", "hub", { status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1 } });

    expect(await restart(false)).toMatchObject([{ kind: "failed", errors: [{ code: "HUB_NOT_READY" }] }]);
  });

  it("has nothing to restart where no pod is", async () => {
    for (const name of pods()) pretended.cluster.take({ apiVersion: "v1", kind: "Pod", name, namespace: "alpha" });

    await expect(restart(false)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
  });
});

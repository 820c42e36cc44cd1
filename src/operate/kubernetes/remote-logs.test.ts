import { beforeEach, describe, expect, it } from "vitest";

import { aRemoteHub, type PretendedRemote } from "../../../test/support/kubernetes/a-remote-hub.ts";
import { execInRemoteHub } from "./exec-remote.ts";
import { remoteLogs } from "./remote-logs.ts";

const signal = new AbortController().signal;

describe("the logs of a hub on Kubernetes", () => {
  let pretended: PretendedRemote;
  beforeEach(async () => {
    pretended = await aRemoteHub();
    pretended.cluster.logs.set("alpha/hub-1", "one\ntwo\nthree\n");
  });
  const logs = (component?: string, previous = false): ReturnType<typeof remoteLogs> =>
    remoteLogs(pretended.remote, { component, previous, signal });

  it("are those of its own pods", async () => {
    const found = await logs();

    expect(found.map(({ component }) => component)).toEqual([
      "hub",
      "proxy",
      "gateway",
      "gateway-controller",
      "gateway-proxy",
    ]);
    expect(await found[0]?.tail(2)).toEqual(["two", "three"]);
  });

  it("go on with the pod that takes the place of the one before", async () => {
    const [hub] = await logs("hub");
    pretended.cluster.take({ apiVersion: "v1", kind: "Pod", name: "hub-1", namespace: "alpha" });
    expect(await hub?.tail(9)).toEqual([]);
    pretended.pod("hub-2", { component: "hub" });
    pretended.cluster.logs.set("alpha/hub-2", "anew\n");

    expect(await hub?.tail(9)).toEqual(["anew"]);
  });

  it("are of before the last restart where there was one, and none where there was not", async () => {
    expect(await (await logs("hub", true))[0]?.tail(9)).toEqual([]);
    pretended.cluster.logs.set("alpha/hub-1 before", "its last words\n");

    expect(await (await logs("hub", true))[0]?.tail(9)).toEqual(["its last words"]);
  });

  it("are a user's server's, too", async () => {
    pretended.cluster.logs.set("alpha/jupyter-ada", "serving\n");

    const [log] = await logs("server/ada");

    expect(log?.component).toBe("server/ada");
    expect(await log?.tail(9)).toEqual(["serving"]);
  });

  it("are not of what is not there, and the hint names what is meant", async () => {
    await expect(logs("server/eda")).rejects.toMatchObject({
      code: "UNKNOWN_TARGET",
      message: 'hub "alpha" has no pod of "server/eda" on cluster "cloud"',
      hint: expect.stringContaining("server/ada") as string,
    });
  });
});

describe("a command in a hub on Kubernetes", () => {
  let pretended: PretendedRemote;
  beforeEach(async () => {
    pretended = await aRemoteHub();
    pretended.cluster.exec = ({ pod, container }, [word]) =>
      word === "where" ? { exitCode: 3, stdout: `${pod} ${container ?? ""}`, stderr: "" } : undefined;
  });
  const exec = (server?: string, command = ["where"]): ReturnType<typeof execInRemoteHub> =>
    execInRemoteHub(pretended.remote, { server, command, signal });

  it("runs in the hub's pod that runs, or in that of a user's server", async () => {
    pretended.pod("hub-2", { component: "hub", phase: "Pending" });

    expect(await exec()).toEqual({ exitCode: 3, stdout: "hub-1 hub", stderr: "" });
    expect(await exec("ada")).toMatchObject({ stdout: "jupyter-ada notebook" });
  });

  it("runs nowhere else", async () => {
    await expect(exec("grace")).rejects.toMatchObject({
      code: "UNKNOWN_TARGET",
      message: '"grace" has no running server on hub "alpha", and with it no pod to run anything in',
    });
    await expect(exec(undefined, ["nothing"])).rejects.toMatchObject({ code: "OBJECT_REFUSED" });
    pretended.cluster.take({ apiVersion: "v1", kind: "Pod", name: "hub-1", namespace: "alpha" });
    await expect(exec()).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
  });
});

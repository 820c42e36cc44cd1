import { beforeEach, describe, expect, it } from "vitest";

import { aRemoteHub, type PretendedRemote } from "../../test/support/kubernetes/a-remote-hub.ts";
import type { App } from "./use-cases.ts";

const { signal } = new AbortController();

describe("a fleet with a hub on Kubernetes", () => {
  let pretended: PretendedRemote;
  let app: App;
  beforeEach(async () => {
    pretended = await aRemoteHub();
    app = await pretended.machine.open(pretended.written.withHub("beta", { port: 18_000 }));
  });

  it("finds each hub where it is", async () => {
    await app.up((await app.select(["beta"])).local, pretended.machine.watch);

    expect(await app.find("hub/alpha")).toEqual([{ name: "alpha", isHere: false }]);
    expect(await app.find("cluster/cloud")).toEqual([{ name: "alpha", isHere: false }]);
    expect(await app.find("beta")).toEqual([{ name: "beta", isHere: true }]);
    expect(await app.find("stage/production")).toEqual([
      { name: "beta", isHere: true },
      { name: "alpha", isHere: false },
    ]);
    await expect(app.find("hub/alhpa")).rejects.toMatchObject({ code: "UNKNOWN_TARGET" });
  });

  it("reads the logs of its pods, and runs commands in them", async () => {
    pretended.cluster.logs.set("alpha/hub-1", "from the pod\n");
    pretended.cluster.exec = ({ pod }) => ({ exitCode: 3, stdout: pod, stderr: "" });

    const [log] = await app.logs("alpha", "hub", { previous: false, signal });

    expect(await log?.tail(1)).toEqual(["from the pod"]);
    expect(await app.exec("alpha", ["id"], { server: "ada", signal })).toMatchObject({
      exitCode: 3,
      stdout: "jupyter-ada",
    });
  });

  it("restarts it, and leaves what is on this machine alone", async () => {
    const [alpha] = await app.selectAnywhere(["alpha"]);
    if (alpha === undefined) throw new Error("there is a hub alpha");
    const starts = pretended.machine.processes.starts.length;

    expect(await app.restart(alpha, "hub", pretended.machine.watch)).toMatchObject([{ kind: "changed" }]);

    expect(
      pretended.cluster.find({ apiVersion: "v1", kind: "Pod", name: "hub-1", namespace: "alpha" }),
    ).toBeUndefined();
    expect(pretended.machine.processes.starts).toHaveLength(starts);
  });

  it("says in a check's first step that it does not run", async () => {
    const [alpha] = await app.selectAnywhere(["alpha"]);
    if (alpha === undefined) throw new Error("there is a hub alpha");
    pretended.cluster.take({ apiVersion: "v1", kind: "Pod", name: "hub-1", namespace: "alpha" });

    const { verdict, steps } = await app.check(alpha, undefined, pretended.machine.watch);

    expect(verdict).toBe("failed");
    expect(steps[0]).toMatchObject({
      name: "user",
      state: "failed",
      reason: 'hub "alpha" has no running pod in namespace "alpha" of cluster "cloud"',
    });
    await expect(app.servers("alpha", [], signal)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
  });
});

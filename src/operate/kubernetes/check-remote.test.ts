import { beforeEach, describe, expect, it } from "vitest";

import { aRemoteHub, type PretendedRemote } from "../../../test/support/kubernetes/a-remote-hub.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { CheckReport } from "../check/check-report.ts";
import { checkRemoteHub } from "./check-remote.ts";
import type { Entrance } from "./enter-hub.ts";
import type { RemoteHub } from "./remote-hubs.ts";

const steps = ["user", "server", "kernel", "dask", "scale", "compute", "adapt", "shutdown", "stop", "delete"];

describe("checking a hub on Kubernetes", () => {
  let pretended: PretendedRemote;
  let entrances: number;

  beforeEach(async () => {
    pretended = await aRemoteHub();
    entrances = 0;
  });

  const enter = async (remote: RemoteHub): Promise<Entrance> => {
    await remote.connect();
    entrances += 1;
    const operator = { url: "http://127.0.0.1:18081/", token: "operator" };
    return { hub: { operator, url: operator.url }, close: async () => void (entrances -= 1) };
  };
  const check = (signal = pretended.machine.watch.signal): Promise<CheckReport> => {
    const { fleet, remote, world, machine } = pretended;
    const about = { fleet, remote, enter, directory: "/fleet", only: undefined, world, ...machine.watch };
    return checkRemoteHub({ ...about, signal });
  };
  const failedStep = ({ steps: done }: CheckReport): unknown => done.find(({ state }) => state === "failed");

  it("runs the steps that hubs of this machine are checked by, and leaves nothing", async () => {
    const report = await check();

    expect(report).toMatchObject({ target: "hub/alpha", verdict: "passed" });
    expect(report.steps.map(({ name, state }) => [name, state])).toEqual(steps.map((name) => [name, "passed"]));
    expect(pretended.machine.hubSessions.users.size).toBe(0);
    expect(entrances).toBe(0);
  });

  it("takes its user away through the door that it came in by, also when it is interrupted", async () => {
    const interruption = new AbortController();
    const open: number[] = [];
    pretended.machine.hubSessions.before = (call) => {
      if (call === "startServer") interruption.abort(new Error("enough"));
      if (call === "end") open.push(entrances);
    };

    const report = await check(interruption.signal);

    expect(report.verdict).toBe("interrupted");
    expect(report.steps.at(-1)).toMatchObject({ name: "delete", state: "passed" });
    expect(pretended.machine.hubSessions.users.size).toBe(0);
    expect([open, entrances]).toEqual([[1], 0]);
  });

  it("says what keeps the server's pod, where one waits", async () => {
    const { hubSessions } = pretended.machine;
    hubSessions.break("startServer", "the server did not end in 330 s");
    hubSessions.before = (call) => {
      if (call !== "startServer") return;
      const [user = ""] = hubSessions.users.keys();
      pretended.give("Pod", `jupyter-${user}`, {
        labels: { component: "singleuser-server" },
        annotations: { "hub.jupyter.org/username": user },
        spec: { containers: [{ name: "notebook", image: "lab" }] },
        status: {
          phase: "Pending",
          conditions: [
            { type: "PodScheduled", status: "False", message: "0/3 nodes are available: 3 Insufficient memory." },
          ],
        },
      });
    };

    expect(failedStep(await check())).toMatchObject({
      name: "server",
      reason: expect.stringMatching(/^the server did not end in 330 s: .*memory/) as string,
    });
  });

  it("says what keeps the pod of a Dask worker", async () => {
    const { hubSessions } = pretended.machine;
    hubSessions.break("run", "there are not 2 workers after 90 s", "scale(2)");
    hubSessions.before = (call) => {
      if (call !== "run") return;
      const [user = ""] = hubSessions.users.keys();
      pretended.give("Pod", "dask-worker-1", {
        annotations: { "hub.jupyter.org/username": user },
        spec: { containers: [{ name: "dask-worker", image: "lab" }] },
        status: {
          phase: "Pending",
          conditions: [
            { type: "PodScheduled", status: "False", message: "0/1 nodes are available: 1 Insufficient cpu." },
          ],
        },
      });
    };

    expect(failedStep(await check())).toMatchObject({
      name: "scale",
      reason: expect.stringMatching(/^there are not 2 workers after 90 s: .*cpu/i) as string,
    });
  });

  it("says what the cluster complained about last, where the pod is gone", async () => {
    const { hubSessions } = pretended.machine;
    hubSessions.break("startServer", "the server ended while it started");
    hubSessions.before = (call) => {
      if (call !== "startServer") return;
      const [user = ""] = hubSessions.users.keys();
      const about = { apiVersion: "v1", kind: "Pod", name: `jupyter-${user}`, namespace: "alpha" };
      const at = new Date(0);
      const message = "Failed to pull image: manifest unknown";
      pretended.cluster.events.push({ about, isWarning: true, reason: "Failed", message, at, count: 1 });
    };

    expect(failedStep(await check())).toMatchObject({
      name: "server",
      reason: "the server ended while it started: Failed to pull image: manifest unknown",
    });
  });

  it("tells the last words of a kernel from the log of the server's pod", async () => {
    const { hubSessions } = pretended.machine;
    hubSessions.break("startKernel", "the kernel ended while it started");
    hubSessions.before = (call) => {
      if (call !== "startKernel") return;
      const [user = ""] = hubSessions.users.keys();
      pretended.pod(`jupyter-${user}`, { component: "singleuser-server", user });
      pretended.cluster.logs.set(`alpha/jupyter-${user}`, "[I 2026 starting]\nModuleNotFoundError: ipykernel\n");
    };

    expect(failedStep(await check())).toMatchObject({
      name: "kernel",
      reason: "the kernel ended while it started: ModuleNotFoundError: ipykernel",
    });
  });

  it("names the part of the Dask gateway that has no pod, without waiting for what a kernel says", async () => {
    const { hubSessions } = pretended.machine;
    hubSessions.hang("scale(2)");
    hubSessions.before = (call) => {
      if (call === "run") pretended.give("Deployment", "controller-alpha-dask-gateway", { status: {} });
    };

    expect(failedStep(await check())).toMatchObject({
      name: "scale",
      reason:
        "the Dask gateway does not answer (its deployment controller-alpha-dask-gateway has no pod that is ready)",
    });
  });

  it("says that its cluster does not answer, and fails", async () => {
    const { remote } = pretended;
    const connect = async (): Promise<never> => {
      throw new HubfleetError("CLUSTER_UNREACHABLE", { message: 'cluster "cloud" does not answer' });
    };
    pretended = { ...pretended, remote: { ...remote, connect } };

    const report = await check();

    expect(report.verdict).toBe("failed");
    expect(failedStep(report)).toMatchObject({ name: "user", reason: 'cluster "cloud" does not answer' });
  });

  it("is alone on its hub, from whichever machine", async () => {
    const others = await pretended.remote.connect();
    let minute = 0;
    const renew = async (): Promise<void> => {
      const metadata = { name: "hubfleet-check", namespace: "alpha" };
      const spec = { holderIdentity: "hubfleet check c0ffee", renewTime: `${(minute += 1)}` };
      const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
      await others.apply(lease, { takesOver: true, manager: "other" }, new AbortController().signal);
    };
    await renew();
    const sleep = pretended.machine.clock.sleep.bind(pretended.machine.clock);
    const clock = { ...pretended.machine.clock, sleep: async (ms: number) => (await renew(), sleep(ms)) };
    pretended = { ...pretended, world: { ...pretended.world, clock } };

    await expect(check()).rejects.toMatchObject({ code: "CHECK_RUNNING", retry: "later" });
    expect(pretended.machine.hubSessions.calls).toEqual([]);
  });
});

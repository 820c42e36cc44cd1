import { beforeEach, describe, expect, it } from "vitest";

import { aRemoteHub, type PretendedRemote } from "../../../test/support/kubernetes/a-remote-hub.ts";
import { openSteps } from "../steps.ts";
import { endStrandedWork } from "./end-stranded-work.ts";

const { signal } = new AbortController();
const daskKind = { apiVersion: "gateway.dask.org/v1alpha1", kind: "DaskCluster" };

describe("endStrandedWork", () => {
  let pretended: PretendedRemote;
  beforeEach(async () => {
    pretended = await aRemoteHub({ dask: { enabled: false } });
    const { cluster } = pretended;
    const metadata = { name: "abc", namespace: "alpha" };
    cluster.give({ ...daskKind, metadata }, { manager: "gateway", takesOver: true, isTrial: false });
    pretended.give("Pod", "dask-scheduler-abc", {
      labels: { "gateway.dask.org/cluster": "abc" },
      status: { phase: "Running" },
    });
    // The cluster collects what belongs to what is gone.
    const take = cluster.take.bind(cluster);
    cluster.take = (reference) => {
      if (reference.kind === "DaskCluster") {
        take({ apiVersion: "v1", kind: "Pod", name: "dask-scheduler-abc", namespace: "alpha" });
      }
      return take(reference);
    };
  });
  const end = async (): Promise<void> => {
    const { remote, machine, fleet } = pretended;
    const steps = await openSteps({ fleetUuid: fleet.uuid, command: "apply", world: machine, ...machine.watch });
    const desired = { remote, hub: remote.hub } as Parameters<typeof endStrandedWork>[0]["planned"]["desired"]; // what it reads of it
    await endStrandedWork({
      ...{ planned: { desired }, connection: await remote.connect(), world: machine, steps, signal },
    });
  };

  it("ends Dask clusters of a hub without Dask by their object, and leaves servers alone", async () => {
    await end();

    const pods = pretended.cluster.select({ apiVersion: "v1", kind: "Pod" }).map(({ metadata }) => metadata.name);
    expect(pretended.cluster.select(daskKind)).toEqual([]);
    expect(pods).toContain("jupyter-ada");
    expect(pods).not.toContain("dask-scheduler-abc");
    expect(pretended.machine.watch.events.map(({ text }) => text)).toContain("end what cannot go on: 1 Dask cluster");
  });

  it("goes on after a while from what a finalizer keeps", async () => {
    const take = pretended.cluster.take.bind(pretended.cluster);
    pretended.cluster.take = (reference) => (reference.kind === "DaskCluster" ? true : take(reference));

    await end();

    expect(pretended.cluster.select(daskKind)).toHaveLength(1);
  });
});

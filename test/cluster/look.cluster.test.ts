import { expect, it } from "vitest";

import { createClockSystem } from "../../src/adapters/clock/clock-system.ts";
import { createHelmMemory } from "../../src/adapters/helm/helm-memory.ts";
import type { Hub } from "../../src/fleet/fleet.ts";
import { awaitReady } from "../../src/operate/kubernetes/await-ready.ts";
import { openRemoteHubs, type RemoteHub } from "../../src/operate/kubernetes/remote-hubs.ts";
import { remoteStatus } from "../../src/operate/kubernetes/remote-status.ts";
import { whyRemote } from "../../src/operate/kubernetes/why/why-remote.ts";
import type { HubStatus } from "../../src/operate/status.ts";
import type { Diagnosis } from "../../src/operate/why/diagnose.ts";
import type { Kubernetes } from "../../src/ports/kubernetes.ts";
import { annotationsOf } from "../../src/runtime/kubernetes/remote-applied.ts";
import { aKubernetesFleet } from "../support/a-kubernetes-hub.ts";
import { eventually } from "../support/eventually.ts";
import { smallDeployment } from "../support/kubernetes/small-pods.ts";
import { describeTroubles } from "../support/kubernetes/troubled-cluster.ts";

const signal = new AbortController().signal;
const fleetUuid = crypto.randomUUID();
const clock = createClockSystem();

describeTroubles("a look at a hub", ({ connection, space, put, troubleOf }) => {
  const remoteIn = (namespace: string): RemoteHub => {
    const fleet = aKubernetesFleet({ namespace }).build();
    const kubernetes: Kubernetes = { connect: async () => connection() };
    const hubs: Hub[] = [...fleet.hubs.values()];
    const [remote] = openRemoteHubs(fleet, hubs, {
      kubernetes,
      helm: (major) => createHelmMemory({ major, charts: {} }),
    });
    if (remote === undefined) throw new Error("the fleet has no hub on Kubernetes");
    return remote;
  };
  const status = async (namespace: string): Promise<HubStatus | undefined> =>
    (await remoteStatus({ fleetUuid, remotes: [remoteIn(namespace)], clock, signal }))[0];
  const why = (namespace: string): Promise<Diagnosis> => whyRemote({ remote: remoteIn(namespace), clock, signal });
  const part = (namespace: string, name: string, command = ["sleep", "3600"]): Promise<void> =>
    put(smallDeployment({ name, namespace, labels: { component: name }, container: { name, command } }));

  it("says that nobody applied it, that it is well, and why it is no longer", async () => {
    const namespace = await space();
    const before = await status(namespace);

    const bundle = { id: "2026.11.20-1", digest: "sha256:1" };
    const at = "2026-11-21T09:00:00Z";
    const annotations = annotationsOf({ parts: {}, revisions: { alpha: 1 }, bundle, since: at, at, renderer: "1" });
    const labels = { "hubfleet.io/fleet": fleetUuid };
    await put({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "hubfleet-applied", namespace, labels, annotations },
    });
    await part(namespace, "hub");
    await part(namespace, "proxy");
    const workloads = ["hub", "proxy"].map((name) => ({ kind: "Deployment", name }) as const);
    const report = (): void => {};
    const about = { connection: connection(), namespace, target: "hub/alpha", clock, signal, report };
    await awaitReady({ ...about, workloads, timeoutMilliseconds: 60_000 });
    const well = { status: await status(namespace), why: await why(namespace) };
    await part(namespace, "hub", ["sh", "-c", "echo 'TraitError: no such class'; exit 1"]);
    await troubleOf(namespace, "hub", "crash-loop");
    const ill = await eventually(
      "its last words are there",
      async () => {
        const diagnosis = await why(namespace);
        return diagnosis.findings[0]?.cause === "setting-refused" ? diagnosis : undefined;
      },
      30_000,
    );

    expect(before).toMatchObject({ health: "absent", reason: 'not applied to cluster "cloud"' });
    expect(well.status).toMatchObject({ health: "healthy", reason: "", bundle: "2026.11.20-1", servers: 0 });
    expect(well.why).toMatchObject({ verdict: "nothing wrong", findings: [] });
    expect(await status(namespace)).toMatchObject({
      health: "degraded",
      reason: expect.stringContaining('deployment hub: container "hub" ends by itself with exit status 1') as string,
    });
    expect(ill.findings).toMatchObject([
      { cause: "setting-refused", because: "no such class", lines: ["TraitError: no such class"] },
    ]);
  });
});

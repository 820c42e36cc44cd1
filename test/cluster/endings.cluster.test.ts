import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { secretValue } from "../../src/operate/kubernetes/observe-remote.ts";
import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { eventually } from "../support/eventually.ts";
import { aFleetHere, type FleetHere } from "../support/kubernetes/a-fleet-here.ts";
import { aPlainHub } from "../support/kubernetes/a-plain-hub.ts";
import { chartInWords, hubImagesHere, whyNoHubs } from "../support/kubernetes/charts-here.ts";
import { connectHere } from "../support/kubernetes/cluster-here.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const name = `ending-${randomBytes(3).toString("hex")}`;
const daskKind = { apiVersion: "gateway.dask.org/v1alpha1", kind: "DaskCluster", namespace: name };
const podKind = { apiVersion: "v1", kind: "Pod", namespace: name };

/** Stays when the notebook ends that started it. */
const startDask = "from dask_gateway import Gateway; print(Gateway().new_cluster(shutdown_on_close=False).name)";

/** What ends people's work on a cluster asks first, and what is taken down goes whole. */
skipSuiteUnless(whyNoHubs === "", whyNoHubs)(`people's work on a hub by ${chartInWords("dask-gateway")}`, () => {
  let fleet: FleetHere;
  let connection: ClusterConnection;
  const network = { entry: { kind: "node-port" }, https: { kind: "offload" } };
  const ada = { access: { login: { kind: "sign-up" }, users: ["ada"], admins: ["grace"] }, network };

  beforeAll(async () => {
    connection = await connectHere();
    const stages = [{ name: "production", checks: [] }];
    fleet = await aFleetHere({ ...ada, dask: { workerCores: 0.2, workerMemory: "512M" } }, { name, stages });
    await fleet.done("promote", await fleet.bundle(), "--to", "production");
    const made = { apiVersion: "v1", kind: "Secret", name: "hubfleet-made", namespace: name };
    const token = secretValue(await connection.get(made, never), "operatorToken") ?? "";
    const charts = { directory: fleet.root, clean: async () => {} };
    const hub = aPlainHub({ connection, namespace: name, charts, images: hubImagesHere() });
    await hub.startServerAs(token, "ada");
  });
  afterAll(async () => {
    await fleet.hubfleet("destroy", `hub/${name}`, "--yes", "--delete-homes");
    await fleet.clean();
  });
  const serverOfAda = async (): Promise<{ readonly pod: string; readonly uid: string | undefined } | undefined> => {
    const query = { ...podKind, labels: { component: "singleuser-server" } };
    const [pod] = await connection.listMetadata(query, never);
    return pod === undefined ? undefined : { pod: pod.name, uid: pod.uid };
  };
  const daskPods = async (): Promise<readonly string[]> =>
    (await connection.listMetadata(podKind, never))
      .filter(({ labels }) => labels?.["gateway.dask.org/cluster"] !== undefined)
      .map((pod) => pod.name);
  const startDaskCluster = async (): Promise<void> => {
    const { pod = "" } = (await serverOfAda()) ?? {};
    const place = { namespace: name, pod, container: "notebook" };
    const { exitCode, stderr } = await connection.exec(place, ["python3", "-c", startDask], never);
    if (exitCode !== 0) throw new Error(stderr);
  };

  it("goes on where nobody agreed that it ends", async () => {
    await startDaskCluster();
    const server = await serverOfAda();
    await fleet.write(`hubs/${name}.yaml`, {
      ...{ cluster: "here", stage: "production", domain: "tried.example.org", storage: { disk: { size: "1G" } } },
      ...{ ...ada, dask: { enabled: false } },
    });
    await fleet.commit("no Dask any more");

    const promoted = await fleet.hubfleet("promote", await fleet.bundle(), "--to", "production");
    const applied = await fleet.hubfleet("apply");

    expect(promoted.stdout).toContain("it would end 1 Dask cluster");
    expect(applied.stdout + applied.stderr).toContain("it would end 1 Dask cluster");
    expect(await daskPods()).not.toEqual([]);
    expect(await serverOfAda()).toEqual(server);
  });

  it("ends by consent, announced before: the Dask cluster with its pods, and not the server", async () => {
    const server = await serverOfAda();

    const { stderr } = await fleet.hubfleet("apply", "--yes", "--announce", "No Dask from now on", "--wait", "3s");

    expect(stderr).toContain("announced on its pages: No Dask from now on");
    expect(stderr).toContain("end what cannot go on: 1 Dask cluster");
    expect(await connection.listMetadata(daskKind, never)).toEqual([]);
    await eventually("the pods of Dask are gone", async () => (await daskPods()).length === 0, 60_000);
    expect(await serverOfAda()).toEqual(server);
    const current = { apiVersion: "v1", kind: "Secret", name: "hubfleet-current", namespace: name };
    expect(secretValue(await connection.get(current, never), "notice.json")).toBeUndefined();
    expect(await fleet.done("plan")).toContain("Nothing to change");
  });

  it("goes with a hub whose file is gone, and nothing is left", async () => {
    await rm(join(fleet.directory, `hubs/${name}.yaml`));
    await fleet.commit("no hub any more");

    const plan = await fleet.hubfleet("plan");
    const destroyed = await fleet.done("destroy", `hub/${name}`, "--yes", "--delete-homes");

    expect(plan.stdout + plan.stderr).toContain(`its file is gone: hubfleet destroy hub/${name}`);
    expect(destroyed).toContain("left behind: none");
    expect(await connection.get({ apiVersion: "v1", kind: "Namespace", name }, never)).toBeUndefined();
  });
});

import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, expect, it } from "vitest";

import { createHelmCli } from "../../src/adapters/helm/helm-cli.ts";
import { createRun } from "../../src/adapters/run.ts";
import type { Look } from "../../src/bundle/looks.ts";
import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { eventually } from "../support/eventually.ts";
import { aPlainHub, openToTests, type PlainHub } from "../support/kubernetes/a-plain-hub.ts";
import { chartInWords, chartsHere, hubImagesHere, whyNoHubs } from "../support/kubernetes/charts-here.ts";
import { connectHere } from "../support/kubernetes/cluster-here.ts";
import { aFleetHere, type FleetHere } from "../support/kubernetes/a-fleet-here.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const namespace = `hubfleet-test-${randomBytes(4).toString("hex")}`;
const oneCluster = `
from dask_gateway import Gateway
cluster = Gateway().new_cluster()
print("began")
`;

/** A hub of a cluster as automation sees it, which opens gates by that. */
skipSuiteUnless(whyNoHubs === "", whyNoHubs)(`a look at a hub by ${chartInWords("jupyterhub")}`, () => {
  const cleaning: (() => Promise<unknown>)[] = [];
  let fleet: FleetHere;
  let connection: ClusterConnection;
  let people: PlainHub;
  beforeAll(async () => {
    connection = await connectHere();
    const images = hubImagesHere();
    const charts = await chartsHere(images);
    people = aPlainHub({ connection, namespace, charts, images });
    fleet = await aFleetHere(
      {
        ...{ namespace, dask: { workerCores: 0.2, workerMemory: "512M" } },
        network: { entry: { kind: "node-port" }, https: { kind: "offload" } },
        chartValues: { jupyterhub: openToTests },
      },
      { stages: [{ name: "production", checks: [] }], name: "watched" },
    );
    const helm = createHelmCli({ run: createRun(), major: "4" });
    const gateway = { name: "watched-dask-gateway", namespace };
    cleaning.push(charts.clean, () => fleet.clean());
    cleaning.push(() => connection.delete({ apiVersion: "v1", kind: "Namespace", name: namespace }, never));
    cleaning.push(() => helm.uninstall(connection, gateway, never));
    const [bundle = ""] = /\d{4}\.\d\d\.\d\d-[0-9a-f]+/.exec(await fleet.done("bundle", "new")) ?? [];
    await fleet.done("promote", bundle, "--to", "production");
  });
  afterAll(async () => {
    for (const clean of cleaning.reverse()) await clean();
  });
  const look = async (): Promise<Look | undefined> => {
    const { hubs } = JSON.parse(await fleet.done("advance", "-o", "json")) as { readonly hubs: readonly Look[] };
    return hubs.find(({ hub }) => hub === "watched");
  };

  it("passes, and counts its people's servers and Dask clusters from then on", async () => {
    const first = await look();
    await people.startServer("ada");
    const said = await people.runCode("ada", oneCluster);
    const counted = await eventually(
      "the hub has seen the Dask cluster run",
      async () => {
        const now = await look();
        return now?.exposure?.daskClusters === 1 ? now : undefined;
      },
      120_000,
    );

    expect(said).toMatchObject({ kind: "done" });
    expect(first).toMatchObject({ verdict: "passed", standing: "stage", stage: "production" });
    expect(counted).toMatchObject({ verdict: "passed", exposure: { spawns: 1, users: 1, daskClusters: 1 } });
  });

  it("is no failure while another pod takes the hub's place, and goes on after it", async () => {
    const pods = await connection.list(
      { apiVersion: "v1", kind: "Pod", namespace, labels: { component: "hub" } },
      never,
    );
    for (const { metadata } of pods) {
      await connection.delete({ apiVersion: "v1", kind: "Pod", name: metadata.name, namespace }, never);
    }
    const during = await look();
    const after = await eventually(
      "the hub passes again",
      async () => {
        const now = await look();
        return now?.verdict === "passed" ? now : undefined;
      },
      90_000,
    );

    expect(during?.verdict).not.toBe("failed");
    expect(after).toMatchObject({ verdict: "passed" });
  });

  it("fails when its pod is gone for good", async () => {
    const place = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "hub", namespace } };
    await connection.apply({ ...place, spec: { replicas: 0 } }, { takesOver: true }, never);
    const gone = await eventually(
      "the hub is seen without a pod",
      async () => {
        const now = await look();
        return now?.verdict === "failed" ? now : undefined;
      },
      90_000,
    );

    expect(gone?.reason).toContain("there is no pod of the hub");
  });
});

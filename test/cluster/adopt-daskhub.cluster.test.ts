import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";
import { parseDocument, stringify } from "yaml";

import { createHelmCli } from "../../src/adapters/helm/helm-cli.ts";
import { readChartCrds } from "../../src/adapters/helm/read-chart-crds.ts";
import { createRun } from "../../src/adapters/run.ts";
import type { ChartValues } from "../../src/ports/helm.ts";
import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { gatewayEnvironment } from "../../src/runtime/kubernetes/dask-values.ts";
import { gatewayFile, preloadFile } from "../../src/runtime/kubernetes/render-hub.ts";
import { eventually } from "../support/eventually.ts";
import { aKubernetesFleet, renderAlpha } from "../support/a-kubernetes-hub.ts";
import { aFleetHere, type FleetHere } from "../support/kubernetes/a-fleet-here.ts";
import { aPlainHub, openToTests, type PlainHub, plainHubValues } from "../support/kubernetes/a-plain-hub.ts";
import { chartInWords, chartsHere, hubImagesHere, whyNoHubs } from "../support/kubernetes/charts-here.ts";
import { connectHere } from "../support/kubernetes/cluster-here.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const assets = join(import.meta.dirname, "..", "..", "assets", "python");
const never = new AbortController().signal;
const namespace = `hubfleet-test-${randomBytes(4).toString("hex")}`;
const releases = { jupyterhub: "dhub", daskGateway: "dhub-dask-gateway" };
const startCluster = `
from dask_gateway import Gateway
cluster = Gateway().new_cluster(shutdown_on_close=False)
cluster.scale(1)
client = cluster.get_client()
client.wait_for_workers(1, timeout=180)
client.publish_dataset(kept=client.submit(lambda x: x + 1, 41))
print(client.get_dataset("kept").result(timeout=60))
`;
const findCluster = `
from dask_gateway import Gateway
gateway = Gateway()
[report] = gateway.list_clusters()
cluster = gateway.connect(report.name)
client = cluster.get_client()
print(client.get_dataset("kept").result(timeout=60))
cluster.shutdown()
`;

/** A daskhub that somebody installed, where ada has a server and a Dask cluster with a result that nothing computes again. */
skipSuiteUnless(whyNoHubs === "", whyNoHubs)(
  `a running daskhub of ${chartInWords("jupyterhub")} and ${chartInWords("dask-gateway")}`,
  () => {
    const images = hubImagesHere();
    const helm = createHelmCli({ run: createRun(), major: "4" });
    const cleaning: (() => Promise<unknown>)[] = [];
    let connection: ClusterConnection;
    let theirs: PlainHub;
    let fleet: FleetHere;
    let before: readonly string[];

    beforeAll(async () => {
      connection = await connectHere();
      const place = { apiVersion: "v1", kind: "Namespace", name: namespace };
      await connection.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, {}, never);
      const charts = await chartsHere(images);
      const wrapper = await wrap(charts.directory);
      cleaning.push(charts.clean, wrapper.clean, () => connection.delete(place, never));
      cleaning.push(async () => {
        for (const name of Object.values(releases)) await helm.uninstall(connection, { name, namespace }, never);
      });
      theirs = aPlainHub({ connection, namespace, charts, images });
      const chart = { name: "daskhub", version: "2024.1.1", digest: "sha256:0", path: wrapper.path };
      const release = { name: releases.jupyterhub, namespace };
      // Helm by itself would bring them; hubfleet tells it not to.
      for (const crd of await readChartCrds(chart, never)) await connection.apply(crd, { takesOver: true }, never);
      await helm.upgrade(connection, { chart, release, values: daskhubValues(), labels: {} }, never);
      await theirs.awaitReady();
      await theirs.startServer("ada");
      expect(await theirs.runCode("ada", startCluster)).toMatchObject({ printed: "42\n" });
      before = await podsOfPeople();
      fleet = await aFleetHere(
        {
          ...{ namespace, releases, dask: { workerCores: 0.2, workerMemory: "512M" } },
          network: { entry: { kind: "node-port" }, https: { kind: "offload" } },
          chartValues: { jupyterhub: openToTests },
        },
        { name: "dhub", stages: [{ name: "production", checks: [] }] },
      );
      cleaning.push(() => fleet.clean());
    });
    afterAll(async () => {
      for (const clean of cleaning.reverse()) await clean();
    });
    const podsOfPeople = async (): Promise<readonly string[]> => {
      const pods = await connection.listMetadata({ apiVersion: "v1", kind: "Pod", namespace }, never);
      const isPeoples = (labels: Readonly<Record<string, string>> = {}): boolean =>
        labels["component"] === "singleuser-server" || labels["gateway.dask.org/cluster"] !== undefined;
      return pods.filter(({ labels }) => isPeoples(labels)).map(({ name, uid }) => `${name} ${uid}`);
    };

    it("is compared, chart by chart, before anything is done", async () => {
      const plan = await fleet.done("plan", "hub/dhub");

      expect(plan).toContain("it is part of the chart daskhub 2024.1.1, and gets a release of its own");
      expect(plan).toContain("for seconds notebooks have no connection to their Dask clusters, which go on");
      expect(await podsOfPeople()).toEqual(before);
    });

    it("becomes two releases; the server and the Dask cluster go on, and what was computed is there", async () => {
      const [bundle = ""] = /\d{4}\.\d\d\.\d\d-[0-9a-f]+/.exec(await fleet.done("bundle", "new")) ?? [];

      expect(await fleet.done("promote", bundle, "--to", "production")).toContain("did well");

      const now = await helm.releases(connection, namespace, never);
      expect(now.map(({ name, status }) => `${name} ${status}`)).toEqual([
        "dhub deployed",
        "dhub-dask-gateway deployed",
      ]);
      expect(await podsOfPeople()).toEqual(before);
      // The new gateway's API has to see the clusters first.
      const tries: unknown[] = [];
      await eventually(
        "the Dask cluster is found again",
        async () => {
          const said = (await theirs.runCode("ada", findCluster)) as { readonly printed?: string };
          tries.push(said);
          return said.printed === "42\n";
        },
        60_000,
      ).catch((thrown: unknown) => {
        throw new Error(JSON.stringify(tries.at(-1)), { cause: thrown });
      });
      expect(tries.at(-1)).toMatchObject({ printed: "42\n" });
      expect(await fleet.done("plan")).toContain("Nothing to change");
    });
  },
);

/** A chart as daskhub is: the two others in it, and nothing of its own that matters here. */
async function wrap(charts: string): Promise<{ readonly path: string; readonly clean: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "hubfleet-daskhub-"));
  const dependencies = [
    { name: "jupyterhub", version: "4.4.0", repository: "" },
    { name: "dask-gateway", version: "2026.3.0", repository: "" },
  ];
  await writeFile(
    join(path, "Chart.yaml"),
    stringify({ apiVersion: "v2", name: "daskhub", version: "2024.1.1", dependencies }),
  );
  await mkdir(join(path, "charts"));
  for (const { name, version } of dependencies) {
    const part = join(path, "charts", name);
    await cp(join(charts, name), part, { recursive: true });
    // Helm leaves out a part of another version than the wrapper asks for.
    const document = parseDocument(await readFile(join(part, "Chart.yaml"), "utf8"));
    document.set("version", version);
    await writeFile(join(part, "Chart.yaml"), document.toString());
  }
  return { path, clean: () => rm(path, { recursive: true, force: true }) };
}

function daskhubValues(): ChartValues {
  const images = hubImagesHere();
  const fleet = aKubernetesFleet({ namespace, releases, dask: { workerCores: 0.2, workerMemory: "512M" } });
  const hub = fleet.build().hubs.get("alpha");
  const code = Object.fromEntries(
    [gatewayFile, preloadFile].map((path) => [path, readFileSync(join(assets, path), "utf8")]),
  );
  const named = { hub: images.hub, lab: images.user };
  const rendered = renderAlpha(fleet, { images: named, files: { code, look: {} } });
  const gateway = rendered.releases.find(({ chart }) => chart === "dask-gateway");
  if (hub === undefined || gateway === undefined) throw new Error("there is a hub alpha with a gateway");
  const { names } = rendered;
  const access = "access:services!service=dask-gateway";
  const more = {
    hub: {
      services: {
        "dask-gateway": { url: `http://${names.gatewayService}`, apiToken: "gateway-token-0123456789abcdef" },
      },
      loadRoles: { user: { scopes: ["self", access] } },
      config: { Spawner: { server_token_scopes: ["users:activity!user", "access:servers!server", access] } },
    },
    singleuser: { extraEnv: gatewayEnvironment(hub, names), networkPolicy: { enabled: false } },
  };
  return { jupyterhub: plainHubValues(images, more), "dask-gateway": gateway.values };
}

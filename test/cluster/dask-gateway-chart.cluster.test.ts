import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { gatewayEnvironment } from "../../src/runtime/kubernetes/dask-values.ts";
import { gatewayFile, preloadFile } from "../../src/runtime/kubernetes/render-hub.ts";
import { aKubernetesFleet, renderAlpha } from "../support/a-kubernetes-hub.ts";
import { eventually } from "../support/eventually.ts";
import { aPlainHub, type PlainHub, plainHubValues } from "../support/kubernetes/a-plain-hub.ts";
import { chartInWords, chartsHere, hubImagesHere, whyNoHubs } from "../support/kubernetes/charts-here.ts";
import { connectHere, namespaceHere } from "../support/kubernetes/cluster-here.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const assets = join(import.meta.dirname, "..", "..", "assets", "python");

/** What a user does: the first thing that is asked of the cluster is a function of the notebook's own. */
const firstTask = `
from dask_gateway import Gateway
cluster = Gateway().new_cluster()
cluster.scale(1)
client = cluster.get_client()
client.wait_for_workers(1, timeout=180)
print(client.submit(lambda x: x + 1, 41).result(timeout=60))
cluster.adapt(minimum=0, maximum=2)
print(sum(client.gather(client.map(lambda x: x * x, range(10)))))
client.close()
cluster.shutdown()
`;

/** The Dask Gateway with the values that hubfleet renders, beside a hub whose users' tokens open it. */
skipSuiteUnless(whyNoHubs === "", whyNoHubs)(chartInWords("dask-gateway"), () => {
  const images = hubImagesHere();
  const cleaning: (() => Promise<void>)[] = [];
  let connection: ClusterConnection;
  let namespace: string;
  let hub: PlainHub;

  beforeAll(async () => {
    connection = await connectHere();
    const [place, charts] = [await namespaceHere(connection), await chartsHere(images)];
    namespace = place.namespace;
    hub = aPlainHub({ connection, namespace, charts, images });
    cleaning.push(place.clean, charts.clean, () => hub.uninstall("alpha-dask-gateway"));
  });
  afterAll(async () => {
    for (const clean of cleaning.reverse()) await clean();
  });

  it("comes up with hubfleet's values", async () => {
    const fleet = aKubernetesFleet({ namespace, dask: { workerCores: 0.5, workerMemory: "512M" } });
    const code = Object.fromEntries(
      [gatewayFile, preloadFile].map((path) => [path, readFileSync(join(assets, path), "utf8")]),
    );
    const named = { hub: images.hub, lab: images.user };
    const rendered = renderAlpha(fleet, { images: named, files: { code, look: {} } });
    const gateway = rendered.releases.find(({ chart }) => chart === "dask-gateway");
    const alpha = fleet.build().hubs.get("alpha");
    if (gateway === undefined || alpha === undefined) throw new Error("the hub has no gateway");
    const access = "access:services!service=dask-gateway";
    const more = {
      hub: {
        services: {
          "dask-gateway": {
            url: `http://${rendered.names.gatewayService}`,
            apiToken: "gateway-token-0123456789abcdef",
          },
        },
        loadRoles: { user: { scopes: ["self", access] } },
        config: { Spawner: { server_token_scopes: ["users:activity!user", "access:servers!server", access] } },
      },
      singleuser: { extraEnv: gatewayEnvironment(alpha, rendered.names), networkPolicy: { enabled: false } },
    };

    await hub.install("alpha", "jupyterhub", plainHubValues(images, more));
    expect(await hub.install(gateway.release, "dask-gateway", gateway.values)).toBe(1);

    await hub.awaitReady();
  });

  it("runs what a notebook sends it, by hand and adaptive, and its pods are gone afterwards", async () => {
    await hub.startServer("ada");

    expect(await hub.runCode("ada", firstTask)).toEqual({ kind: "done", printed: "42\n285\n" });

    await eventually(
      "no pod of Dask runs",
      async () => {
        const pods = await connection.list({ apiVersion: "v1", kind: "Pod", namespace }, never);
        return pods.every(
          ({ metadata, status }) =>
            !metadata.name.startsWith("dask-") || (status as { readonly phase?: string }).phase !== "Running",
        );
      },
      120_000,
    );
    await hub.stopServer("ada");
  });
});

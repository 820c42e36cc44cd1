import { afterAll, beforeAll, expect, it } from "vitest";

import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { aPlainHub, type PlainHub, plainHubValues } from "../support/kubernetes/a-plain-hub.ts";
import { chartInWords, chartsHere, hubImagesHere, whyNoHubs } from "../support/kubernetes/charts-here.ts";
import { connectHere, namespaceHere } from "../support/kubernetes/cluster-here.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;

/** The chart as it is, with images that hubfleet built; nothing of hubfleet's own is in the hub. */
skipSuiteUnless(whyNoHubs === "", whyNoHubs)(chartInWords("jupyterhub"), () => {
  const images = hubImagesHere();
  const cleaning: (() => Promise<void>)[] = [];
  let connection: ClusterConnection;
  let namespace: string;
  let hub: PlainHub;

  beforeAll(async () => {
    connection = await connectHere();
    const [place, charts] = [await namespaceHere(connection), await chartsHere(images)];
    cleaning.push(place.clean, charts.clean);
    namespace = place.namespace;
    hub = aPlainHub({ connection, namespace, charts, images });
  });
  afterAll(async () => {
    for (const clean of cleaning) await clean();
  });

  it("is installed, and its pods come up", async () => {
    expect(await hub.install("lab", "jupyterhub", plainHubValues(images))).toBe(1);
    await hub.awaitReady();
  });

  it("starts a user's server in a pod, which runs code", async () => {
    await hub.startServer("ada");

    const pod = await connection.get({ apiVersion: "v1", kind: "Pod", name: "jupyter-ada", namespace }, never);
    expect(pod?.["status"]).toMatchObject({ phase: "Running" });
    expect(await hub.runCode("ada", "import dask; print(6 * 7)")).toEqual({ kind: "done", printed: "42\n" });

    await hub.stopServer("ada");
  });
});

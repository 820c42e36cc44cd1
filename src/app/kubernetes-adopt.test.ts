import { beforeEach, describe, expect, it } from "vitest";

import { aClusterFleet, aTwoClusterFleet, clusterHub, type ClusterFleet } from "../../test/support/a-cluster-fleet.ts";
import { decoded, pretendedHubChart } from "../../test/support/pretended-hub-chart.ts";
import { createHelmMemory } from "../adapters/helm/helm-memory.ts";
import { createKubernetesMemory } from "../adapters/kubernetes/kubernetes-memory.ts";
import type { ClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";
import { mergeSettings } from "../fleet/merge-settings.ts";
import type { ChartValues } from "../ports/helm.ts";

const { signal } = new AbortController();
/** The chart's own, which the twin does not know. */
const usual = { singleuser: { storage: { type: "dynamic" } } };
const parts = {
  daskhub: { jupyterhub: "3.2.1", "dask-gateway": "2024.1.0" },
  platform: { jupyterhub: "3.2.1", prometheus: "1.0.0" },
};
const theirToken = "b".repeat(64);

/** "alpha" runs as release "jhub", installed by somebody else; grace works there. */
describe("adopting a hub that runs", () => {
  let fleet: ClusterFleet;
  let cloud: ClusterMemory;

  beforeEach(async () => {
    fleet = await aClusterFleet(
      aTwoClusterFleet().withHub("alpha", clusterHub("alpha", "cloud", { releases: { jupyterhub: "jhub" } })),
    );
    cloud = fleet.clusters.get("cloud") as ClusterMemory; // the fleet has it
  });

  const install = async (values: ChartValues = {}, chart = "jupyterhub"): Promise<void> => {
    const kubernetes = createKubernetesMemory({ contexts: fleet.machine.contexts });
    const connection = await kubernetes.connect({ name: "cloud", context: "cloud" });
    const helm = createHelmMemory({ major: "4", charts: { [chart]: pretendedHubChart }, parts });
    await connection.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "alpha" } }, {}, signal);
    await helm.upgrade(
      connection,
      {
        ...{ release: { name: "jhub", namespace: "alpha" }, labels: {}, values: mergeSettings(usual, values) },
        chart: { name: chart, version: "4.1.0", digest: "sha256:1", path: "/chart" },
      },
      signal,
    );
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "hub", namespace: "alpha" } };
    const data = { "hub.config.ConfigurableHTTPProxy.auth_token": Buffer.from(theirToken).toString("base64") };
    await connection.apply({ ...secret, data }, { takesOver: true }, signal);
    startServer("grace");
  };
  const startServer = (user: string): void => {
    const labels = { component: "singleuser-server" };
    const annotations = { "hub.jupyter.org/username": user };
    const env = [{ name: "JUPYTERHUB_BASE_URL", value: "/" }];
    cloud.give(
      {
        ...{ apiVersion: "v1", kind: "Pod", status: { phase: "Running" } },
        metadata: { name: `jupyter-${user}`, namespace: "alpha", labels, annotations },
        spec: { containers: [{ name: "notebook", env }] },
      },
      { manager: "hub", takesOver: true, isTrial: false },
    );
  };
  const pods = (): readonly string[] =>
    cloud
      .select({ apiVersion: "v1", kind: "Pod", labels: { component: "singleuser-server" } })
      .map(({ metadata }) => metadata.name);
  const releases = (): readonly string[] => [
    ...new Set(
      cloud
        .select({ apiVersion: "v1", kind: "Secret", labels: { owner: "helm" } })
        .map(({ metadata }) => `${metadata.labels?.["name"]} ${metadata.labels?.["version"]}`),
    ),
  ];
  const promote = async (consent: "all" | ReadonlySet<string> = new Set(), message = ""): Promise<unknown> => {
    const ending = { consent, message, waitMilliseconds: 0 };
    const about = { bundle: await fleet.bundle(), stage: "production", breakGlass: undefined, ending };
    return (await fleet.app().promotions.promote(about, fleet.machine.watch)).results;
  };

  it("tells before any bundle what would differ, and changes nothing", async () => {
    await install({ hub: { podSecurityContext: { fsGroup: 5 } } });

    const plan = await fleet.plan();

    const change = plan.waiting.find(({ target }) => target === "hub/alpha");
    expect(change).toMatchObject({ action: "update", part: "release jhub" });
    expect(change?.because).toContain("chart jupyterhub 4.1.0 → 4.4.0");
    expect(change?.because).toContain(
      "hub.podSecurityContext.fsGroup: 5 → not set; keep it with chartValues.jupyterhub.hub.podSecurityContext.fsGroup",
    );
    expect(releases()).toEqual(["jhub 1"]);
  });

  it("takes the release over under its name, with its random values; the server goes on", async () => {
    await install();

    expect(await promote()).toMatchObject([{ kind: "done" }, { kind: "done" }]);

    const made = cloud.find({ apiVersion: "v1", kind: "Secret", namespace: "alpha", name: "hubfleet-made" });
    expect(decoded(made, "proxyToken")).toBe(theirToken);
    expect(releases()).toEqual(["jhub 2"]);
    expect(pods()).toEqual(["jupyter-grace"]);
    expect((await fleet.plan()).changes).toEqual([]);
  });

  it.each([1, 3, 5, 8, 11, 14, 17])("is ended by the next command when it was killed at write %i", async (survived) => {
    await install();
    const give = cloud.give.bind(cloud);
    let written = 0;
    cloud.give = (object, how) => {
      written += 1;
      if (written > survived) throw new Error("killed");
      return give(object, how);
    };
    await promote().catch(() => undefined);
    cloud.give = give;

    await promote();

    const made = cloud.find({ apiVersion: "v1", kind: "Secret", namespace: "alpha", name: "hubfleet-made" });
    expect(decoded(made, "proxyToken")).toBe(theirToken);
    expect(releases()).toHaveLength(1);
    expect(pods()).toEqual(["jupyter-grace"]);
    expect((await fleet.plan()).changes).toEqual([]);
  });

  it("puts nobody out without consent, who works there and is not written", async () => {
    await install();
    startServer("mary");

    expect(await promote()).toMatchObject([
      { kind: "held", why: expect.stringContaining("the servers of mary, whom nothing lets in any more") as string },
      { kind: "done" },
    ]);
    expect(releases()).toEqual(["jhub 1"]);
    expect(await promote("all")).toMatchObject([{ hub: "alpha", kind: "done" }]);
  });

  it("ends servers of a hub that leaves its path by consent alone", async () => {
    await install({ hub: { baseUrl: "/" } });
    await fleet.become((now) =>
      now.withHub("alpha", clusterHub("alpha", "cloud", { releases: { jupyterhub: "jhub" }, basePath: "/lab/" })),
    );

    expect(await promote()).toMatchObject([{ kind: "held" }, { kind: "done" }]);
    expect(pods()).toEqual(["jupyter-grace"]);
    expect(await promote("all", "We move")).toMatchObject([{ hub: "alpha", kind: "done" }]);
    const texts = fleet.machine.watch.events.map(({ text }) => text);
    expect(texts).toContain("its pages can announce nothing before it is taken over");
    expect(texts.filter((text) => text.startsWith("announced"))).toEqual([]);
    expect(pods()).toEqual([]);
  });

  it.each<[string, ChartValues, string?]>([
    ["whose homes have other names", { singleuser: { storage: { dynamic: { pvcNameTemplate: "home-{username}" } } } }],
    ["whose database is elsewhere", { hub: { db: { type: "postgres" } } }],
    ["of a chart around the hub's with a gateway that the hub does not have", { jupyterhub: usual }, "daskhub"],
    ["of a chart around the hub's with something else in it", { jupyterhub: usual }, "platform"],
  ])("refuses a release %s, before anything is done", async (_title, values, chart) => {
    await install(values, chart);

    expect((await fleet.plan()).unseen).toMatchObject([
      { target: "hub/alpha", errors: [{ code: "ADOPTION_REFUSED" }] },
    ]);
    expect(await promote()).toMatchObject([{ kind: "failed", errors: [{ code: "ADOPTION_REFUSED" }] }]);
    expect(releases()).toEqual(["jhub 1"]);
    expect(cloud.find({ apiVersion: "v1", kind: "Secret", namespace: "alpha", name: "hubfleet-made" })).toBeUndefined();
  });
});

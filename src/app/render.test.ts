import { expect, it } from "vitest";

import { aBundledFleet, type BundledFleet, workerFleet } from "../../test/support/a-bundled-fleet.ts";
import { chartRepositories } from "../fleet/chart-repositories.ts";

const never = new AbortController().signal;
const chart = { name: "jupyterhub", repository: chartRepositories["jupyterhub"] ?? "", version: "9.9.9" };
const schema = { properties: { hub: { properties: { pdb: { type: "object" } } } } };

/** One hub on Kubernetes, with a value for its chart. */
const open = (pdb: unknown): Promise<BundledFleet> =>
  aBundledFleet({
    failing: new Set(),
    fleet: workerFleet
      .withPlatform({
        images: { hub: "hub", notebook: "lab", worker: "worker" },
        charts: { jupyterhub: { version: "9.9.9" } },
      })
      .withCluster("cloud", { provider: "kubeconfig" })
      .withHub("far", {
        ...{ cluster: "cloud", domain: "far.example.org", access: { login: { kind: "sign-up" } } },
        chartValues: { jupyterhub: { hub: { pdb } } },
        dask: { enabled: false },
      }),
  });

it("tells what the chart of this machine would refuse, and shows the hub all the same", async () => {
  const { app, machine } = await open("none");
  machine.charts.publish(chart, `sha256:${"a".repeat(64)}`, { schema });
  await machine.charts.fetch(chart, never);

  const { hub, problems, unchecked } = await app.render("hub/far", never);

  expect(hub.releases.map(({ release }) => release)).toEqual(["far"]);
  expect(unchecked).toEqual([]);
  expect(problems).toMatchObject([
    {
      code: "CHART_VALUE_INVALID",
      at: { path: "hubs/far.yaml" },
      message: expect.stringContaining('"hub.pdb"') as string,
    },
  ]);
});

it("asks no repository for a chart, and says which nobody looked at", async () => {
  const { app, machine } = await open("none");
  machine.charts.publish(chart, `sha256:${"a".repeat(64)}`, { schema });

  const { problems, unchecked } = await app.render("hub/far", never);

  expect([problems, unchecked]).toEqual([[], ["jupyterhub 9.9.9"]]);
});

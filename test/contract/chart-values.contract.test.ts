import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { createChartsDisk } from "../../src/adapters/helm/charts-disk.ts";
import { createChartValueCheck } from "../../src/operate/kubernetes/check-chart-values.ts";
import type { KeptChart } from "../../src/ports/helm.ts";
import { aKubernetesFleet, renderAlpha } from "../support/a-kubernetes-hub.ts";
import { chartInWords } from "../support/kubernetes/charts-here.ts";

const never = new AbortController().signal;
const real = process.env["HUBFLEET_CHARTS"] ?? "";
const offeredDirectory = existsSync(join(real, "jupyterhub"))
  ? real
  : join(import.meta.dirname, "..", "cluster", "charts");
const charts = createChartsDisk({ cacheDirectory: tmpdir(), offeredDirectory, pull: async () => {} });
const check = createChartValueCheck(charts);

/** The schema of a chart, read from its files, takes whatever hubfleet makes of a hub. */
describe(`the schemas of ${chartInWords("jupyterhub")} and ${chartInWords("dask-gateway")}`, () => {
  it.each([
    {},
    { storage: { nfs: { server: "nfs.example.org", path: "/export" }, shared: [{ name: "a", writers: "everyone" }] } },
    { storage: { disk: { size: "20G", storageClass: "fast" } } },
    { network: { entry: { kind: "ingress", className: "nginx" }, https: { kind: "secret", name: "tls" } } },
    { network: { entry: { kind: "http-route", gateway: "main" }, https: { kind: "offload" } } },
    { network: { entry: { kind: "load-balancer" }, https: { kind: "letsencrypt", email: "a@example.org" } } },
    { pods: { nodeGroup: "core" }, dask: { nodeGroup: "workers", schedulerNodeGroup: "core" } },
    { culling: { enabled: false }, hubConfig: { JupyterHub: { log_level: "DEBUG" } } },
  ])("take a hub with %j", async (keys) => {
    expect(await problems(keys)).toEqual([]);
  });

  it("refuse a slip of the pen, at its line", async () => {
    const found = await problems({ chartValues: { jupyterhub: { hub: { resorces: {} } } } });

    expect(found).toMatchObject([
      {
        code: "CHART_VALUE_INVALID",
        hint: 'did you mean "resources"?',
        at: { path: "hubs/alpha.yaml", excerpt: expect.stringContaining("resorces") as string },
      },
    ]);
  });
});

async function problems(keys: Readonly<Record<string, unknown>>): ReturnType<typeof check> {
  const addOns = { prometheus: { version: "1.2.3" }, autoscaler: { version: "1.2.3" } };
  const fleet = aKubernetesFleet(keys, { addOns });
  const rendered = renderAlpha(fleet);
  const kept = new Map<string, KeptChart>();
  for (const { release, chart: name, repository, version } of rendered.releases) {
    kept.set(release, await charts.fetch({ name, repository, version }, never));
  }
  return check({ hub: { name: "alpha", cluster: "cloud" }, rendered, kept, fleet: fleet.build(), signal: never });
}

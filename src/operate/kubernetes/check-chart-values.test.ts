import { describe, expect, it } from "vitest";

import { aKubernetesFleet, renderAlpha } from "../../../test/support/a-kubernetes-hub.ts";
import { createChartsMemory } from "../../adapters/helm/charts-memory.ts";
import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { KeptChart } from "../../ports/helm.ts";
import { createChartValueCheck } from "./check-chart-values.ts";

const never = new AbortController().signal;
const hub = { name: "alpha", cluster: "cloud" };
const aSchema = (properties: object): object => ({ properties: { cull: { additionalProperties: false, properties } } });
const cull = { enabled: {}, timeout: {}, every: {}, maxAge: {} };

async function check(keys: Readonly<Record<string, unknown>>, schema: unknown): Promise<readonly HubfleetError[]> {
  const fleet = aKubernetesFleet(keys);
  const rendered = renderAlpha(fleet);
  const charts = createChartsMemory();
  const kept = new Map<string, KeptChart>();
  for (const { release, chart: name, repository, version } of rendered.releases) {
    const chart = { name, repository, version };
    charts.publish(chart, `sha256:${name}`, { schema: name === "jupyterhub" ? schema : undefined });
    kept.set(release, await charts.fetch(chart, never));
  }
  return createChartValueCheck(charts)({ hub, rendered, kept, fleet: fleet.build(), signal: never });
}

describe("chart values that Helm would refuse", () => {
  it("finds nothing where everything fits", async () => {
    expect(await check({}, aSchema(cull))).toEqual([]);
  });

  it("says file and line of a value for the chart", async () => {
    const schema = {
      properties: { hub: { properties: { resources: { properties: { limits: { type: "object" } } } } } },
    };
    const found = await check({ chartValues: { jupyterhub: { hub: { resources: { limits: 2 } } } } }, schema);

    expect(found).toMatchObject([
      {
        code: "CHART_VALUE_INVALID",
        message: '"hub.resources.limits" of the jupyterhub chart 4.4.0 has to be a map, and is 2',
        at: { path: "hubs/alpha.yaml", excerpt: expect.stringContaining("limits") as string },
      },
    ]);
  });

  it("says the place of an unknown map, and of what is wrong inside of a list", async () => {
    const ports = { items: { properties: { port: { type: "integer" } } } };
    const schema = {
      properties: {
        proxy: {
          properties: {
            chp: {},
            https: {},
            service: { properties: { type: {}, annotations: {} }, additionalProperties: false },
            ports,
          },
        },
      },
    };
    const found = await check(
      { chartValues: { jupyterhub: { proxy: { service: { anotations: { a: "b" } }, ports: [{ port: "x" }] } } } },
      schema,
    );

    expect(found.map(({ message, hint, at }) => ({ message, hint, excerpt: at?.excerpt?.trim() }))).toEqual([
      {
        message: '"proxy.service.anotations" of the jupyterhub chart 4.4.0 is no value that it knows',
        hint: 'did you mean "annotations"?',
        excerpt: expect.stringContaining("anotations") as string,
      },
      {
        message: '"proxy.ports.0.port" of the jupyterhub chart 4.4.0 has to be an integer, and is "x"',
        hint: undefined,
        excerpt: expect.stringContaining("ports") as string,
      },
    ]);
  });

  it("says which setting a chart's version cannot follow", async () => {
    const { maxAge: _maxAge, ...older } = cull;
    const found = await check({ culling: { maxAge: "2d" } }, aSchema(older));

    expect(found).toMatchObject([
      { hint: expect.stringContaining("it follows from culling.maxAge") as string, at: { path: "hubs/alpha.yaml" } },
    ]);
  });

  it("points at the chart's version where hubfleet's own value does not fit", async () => {
    const found = await check(
      {},
      { properties: { prePuller: { additionalProperties: false, properties: { hook: {} } } } },
    );

    expect(found).toMatchObject([
      {
        message: '"prePuller.continuous" of the jupyterhub chart 4.4.0 is no value that it knows',
        hint: expect.stringContaining("hubfleet decides it") as string,
        at: { path: "hubs/alpha.yaml", excerpt: expect.stringContaining("4.4.0") as string },
      },
    ]);
  });
});

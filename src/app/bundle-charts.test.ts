import { beforeEach, describe, expect, it } from "vitest";

import { aBundledFleet, type BundledFleet, workerFleet } from "../../test/support/a-bundled-fleet.ts";
import type { FleetBuilder } from "../../test/support/a-fleet.ts";
import { HubfleetErrors } from "../errors/hubfleet-error.ts";
import { chartRepositories } from "../fleet/chart-repositories.ts";

const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
const chart = { name: "jupyterhub", repository: chartRepositories["jupyterhub"] ?? "", version: "9.9.9" };
/** Beside the local hub one on Kubernetes, whose chart is written by version alone. */
const onKubernetes = (charts: object = { jupyterhub: { version: "9.9.9" } }): FleetBuilder =>
  workerFleet
    .withPlatform({ images: { hub: "hub", notebook: "lab", worker: "worker" }, charts })
    .withCluster("cloud", { provider: "kubeconfig" })
    .withHub("far", {
      ...{ cluster: "cloud", domain: "far.example.org", access: { login: { kind: "sign-up" } } },
      dask: { enabled: false },
    });

describe("the charts of a bundle", () => {
  let fleet: BundledFleet;
  const open = async (charts?: object): Promise<void> =>
    void (fleet = await aBundledFleet({ failing: new Set(), fleet: onKubernetes(charts) }));
  const create = async (): ReturnType<BundledFleet["app"]["bundles"]["create"]> =>
    fleet.app.bundles.create(fleet.machine.watch);

  beforeEach(async () => open());

  it("are those that the repository had when it was made, by digest", async () => {
    fleet.machine.charts.publish(chart, digestOf("a"));

    const { bundle } = await create();

    expect(bundle.document.charts).toEqual({ jupyterhub: { version: "9.9.9", digest: digestOf("a") } });
    expect(Object.keys(bundle.parts)).toContain("charts");
  });

  it("are looked up once: no repository is asked again for the same version", async () => {
    fleet.machine.charts.publish(chart, digestOf("a"));
    await create();
    fleet.machine.charts.isReachable = false;

    expect((await create()).kind).toBe("there");
  });

  it("are not guessed: where no repository answers there is no bundle, and it is said where the version is written", async () => {
    fleet.machine.charts.isReachable = false;

    const thrown = await create().catch((error: unknown) => error);

    expect(thrown).toBeInstanceOf(HubfleetErrors);
    expect((thrown as HubfleetErrors).problems).toMatchObject([
      { code: "CHART_UNREACHABLE", retry: "later", at: { path: "platform.yaml" } },
    ]);
    expect(fleet.written()).toBe(0);
  });

  it("need no repository where the digest is written", async () => {
    await open({ jupyterhub: { version: "9.9.9", digest: digestOf("b") } });
    fleet.machine.charts.isReachable = false;

    expect((await create()).bundle.document.charts).toEqual({
      jupyterhub: { version: "9.9.9", digest: digestOf("b") },
    });
  });

  it("that a repository has under the same version with other bytes make another bundle", async () => {
    fleet.machine.charts.publish(chart, digestOf("a"));
    const first = await create();
    const other = await aBundledFleet({
      failing: new Set(),
      fleet: onKubernetes(),
      remote: fleet.machine.remote,
    });
    other.machine.charts.publish(chart, digestOf("c"));

    const second = await other.app.bundles.create(other.machine.watch);

    expect(second.kind).toBe("made");
    expect(second.bundle.parts["charts"]).not.toBe(first.bundle.parts["charts"]);
    expect(second.sentence).toContain("in charts; the images are those of");
  });

  it("are compared where this machine has both: what hubs get of the newer one without anybody saying so", async () => {
    const tag = (version: string): object => ({ proxy: { chp: { image: { tag: version } } } });
    fleet.machine.charts.publish(chart, digestOf("a"), { appVersion: "5.2.1", defaults: { ...tag("4.6.1") } });
    const { bundle: before } = await create();
    const newer = onKubernetes({ jupyterhub: { version: "9.9.10" } });
    const other = await aBundledFleet({ failing: new Set(), fleet: newer, remote: fleet.machine.remote });
    const next = { ...chart, version: "9.9.10" };
    other.machine.charts.publish(next, digestOf("c"), { appVersion: "5.5.0", defaults: { ...tag("5.0.0") } });
    const { bundle: after } = await other.app.bundles.create(other.machine.watch);
    const compare = async (): Promise<unknown> =>
      (await other.app.bundles.diff(before.id, after.id, other.machine.watch.signal)).charts;

    const alone = await compare();
    other.machine.charts.publish(chart, digestOf("a"), { appVersion: "5.2.1", defaults: { ...tag("4.6.1") } });
    await other.machine.charts.fetch(chart, other.machine.watch.signal);

    expect(alone).toEqual({ notes: [], notCompared: ["jupyterhub"] });
    expect(await compare()).toEqual({
      notes: [
        {
          chart: "jupyterhub",
          appVersion: { before: "5.2.1", after: "5.5.0" },
          values: [{ path: "proxy.chp.image.tag", before: "4.6.1", after: "5.0.0" }],
        },
      ],
      notCompared: [],
    });
  });
});

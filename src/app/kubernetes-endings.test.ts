import { beforeEach, describe, expect, it } from "vitest";

import { aClusterFleet, aTwoClusterFleet, clusterHub, type ClusterFleet } from "../../test/support/a-cluster-fleet.ts";
import { decoded } from "../../test/support/pretended-hub-chart.ts";
import type { ClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";
import type { EndingPolicy } from "../apply/apply-with-notice.ts";
import type { Outcome } from "../apply/outcome.ts";

const given = { manager: "charts", takesOver: true, isTrial: false };
const minute = 60_000;

/** "alpha" is to leave its base path; grace has a server there. Everybody else's hubs go on. */
describe("ending users' servers on clusters", () => {
  let fleet: ClusterFleet;
  let cloud: ClusterMemory;

  beforeEach(async () => {
    fleet = await aClusterFleet(aTwoClusterFleet());
    cloud = fleet.clusters.get("cloud") as ClusterMemory; // the fleet has it
    await fleet.promote(await fleet.bundle());
    startServer("jupyter-grace");
    await fleet.become((now) =>
      now
        .withHub("alpha", clusterHub("alpha", "cloud", { basePath: "/lab/" }))
        .withHub("beta", clusterHub("beta", "campus", { announcement: "Friday" })),
    );
  });

  const startServer = (name: string, basePath = "/"): void => {
    const env = [{ name: "JUPYTERHUB_BASE_URL", value: basePath }];
    const metadata = { name, namespace: "alpha", labels: { component: "singleuser-server" } };
    const spec = { containers: [{ name: "notebook", env }] };
    cloud.give({ apiVersion: "v1", kind: "Pod", metadata, spec, status: { phase: "Running" } }, given);
  };
  const servers = (): readonly string[] =>
    cloud
      .select({ apiVersion: "v1", kind: "Pod", labels: { component: "singleuser-server" } })
      .map(({ metadata }) => metadata.name);
  const terms = (part: Partial<EndingPolicy>): EndingPolicy => ({
    ...{ consent: new Set(), message: "", waitMilliseconds: 0 },
    ...part,
  });
  const bundled = async (
    ending: EndingPolicy,
  ): ReturnType<ReturnType<ClusterFleet["app"]>["promotions"]["promote"]> => {
    const bundle = await fleet.bundle();
    const about = { bundle, stage: "production", breakGlass: undefined, ending };
    return fleet.app().promotions.promote(about, fleet.machine.watch);
  };
  const apply = async (ending: EndingPolicy): Promise<readonly Outcome[]> => {
    const app = fleet.app();
    return app.apply(await app.selectAnywhere([]), fleet.machine.watch, undefined, { ending });
  };
  const announced = (): string | undefined =>
    decoded(
      cloud.find({ apiVersion: "v1", kind: "Secret", namespace: "alpha", name: "hubfleet-current" }),
      "notice.json",
    );

  it("is not done without consent: the hub is held back, the others go on", async () => {
    const { results } = await bundled(terms({}));

    expect(results).toMatchObject([
      { hub: "alpha", kind: "held", why: expect.stringContaining("it would end 1 server; --yes allows it") as string },
      { hub: "beta", kind: "done" },
    ]);
    expect(servers()).toEqual(["jupyter-grace"]);
  });

  it("is done at once with consent, and what runs is what the hub is", async () => {
    const { results } = await bundled(terms({ consent: "all" }));

    expect(results).toMatchObject([{ kind: "done" }, { kind: "done" }]);
    expect(servers()).toEqual([]);
    expect((await fleet.plan()).changes).toEqual([]);
  });

  it("leaves servers that were started at the new path already", async () => {
    startServer("jupyter-ada", "/lab/");

    await bundled(terms({ consent: "all" }));

    expect(servers()).toEqual(["jupyter-ada"]);
  });

  it("is announced on the hub's pages, waited for, and taken back", async () => {
    const seen: (string | undefined)[] = [];
    const { clock } = fleet.machine;
    const sleep = clock.sleep.bind(clock);
    clock.sleep = async (milliseconds) => {
      seen.push(announced());
      await sleep(milliseconds);
    };
    const begun = clock.now().getTime();

    await bundled(terms({ consent: "all", message: "We move", waitMilliseconds: 10 * minute }));

    expect(seen.find((text) => text !== undefined)).toContain("We move (servers stop at ");
    expect(clock.now().getTime() - begun).toBeGreaterThanOrEqual(10 * minute);
    expect(announced()).toBeUndefined();
    expect(servers()).toEqual([]);
  });

  it("is not done when a person interrupts the wait, and nothing is announced any more", async () => {
    const interruption = new AbortController();
    const { clock, watch } = fleet.machine;
    await bundled(terms({}));
    const { report } = watch;
    const app = fleet.app();
    clock.sleep = async () => interruption.abort(new Error("enough"));

    const ending = terms({ consent: "all", waitMilliseconds: minute });
    const hubs = await app.selectAnywhere(["hub/alpha"]);
    await app.promotions
      .promote(
        { bundle: await fleet.bundle(), stage: "production", breakGlass: undefined, ending },
        { report, signal: interruption.signal },
      )
      .catch(() => undefined);

    expect(hubs).toHaveLength(1);
    expect(servers()).toEqual(["jupyter-grace"]);
    expect(announced()).toBeUndefined();
  });

  it("is asked about before anything begins, with numbers", async () => {
    const app = fleet.app();
    await bundled(terms({}));
    const hubs = await app.selectAnywhere([]);

    expect(await app.endings(hubs, "apply")).toEqual([{ hub: "alpha", what: "1 server" }]);
    expect(await app.endings(hubs, "up")).toEqual([]);
  });

  it("asks nobody about those who lost access", async () => {
    await fleet.become((now) =>
      now.withHub(
        "alpha",
        clusterHub("alpha", "cloud", { access: { login: { kind: "sign-up" }, users: [], admins: ["ada"] } }),
      ),
    );

    expect(await apply(terms({}))).toMatchObject([{ target: "hub/alpha", kind: "changed" }, {}]);
  });
});

import { describe, expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { aPromotingFleet } from "../../test/support/a-promoting-fleet.ts";

const dask = { enabled: false };
const north = { environment: { REGION: "north" } };
const south = { environment: { REGION: "south" } };
const uuid = "11111111-2222-4333-8444-555555555555";
/** Hubs alpha, beta … in one stage. */
const stageOf = (names: readonly string[], policy: object = {}, keys: object = {}): FleetBuilder =>
  names.reduce(
    (fleet, name, index) => fleet.withHub(name, { port: 18_000 + index * 10, dask, ...keys }),
    aFleet().withFleet({ stages: [{ name: "production", ...policy }] }),
  );
const kindsOf = (results: readonly { readonly hub: string; readonly kind: string }[]): readonly string[] =>
  results.map(({ hub, kind }) => `${hub} ${kind}`);

describe("a stage", () => {
  const five = ["alpha", "beta", "delta", "gamma", "zeta"];

  it("stops at the first hub that does not do well, with the others as they are, and goes on when it is typed again", async () => {
    const fleet = await aPromotingFleet(stageOf(five, { waves: [1, 2], concurrency: 1 }));
    const id = await fleet.bundleWith(north);
    let checks = 0;
    fleet.machine.hubSessions.before = (call) => {
      if (call === "begin") fleet.fail((checks += 1) === 3);
    };

    const stopped = await fleet.promote(id, "production");

    expect(kindsOf(stopped.results)).toEqual(["alpha done", "beta done", "delta failed"]);
    expect(stopped.stopped).toBe("delta did not do well, and none may; the others stay as they are");
    expect(stopped.progress.hubs.map(({ state }) => state)).toEqual(["done", "done", "failed", "waiting", "waiting"]);
    expect(kindsOf((await fleet.promote(id, "production")).results)).toEqual(["delta done", "gamma done", "zeta done"]);
  });

  it("waits for somebody who checks a hub just now, and sends nothing back for it", async () => {
    const fleet = await aPromotingFleet(stageOf(["alpha"]));
    const { clock, locks } = fleet.machine;
    const id = await fleet.bundleWith(north);
    const other = await locks.tryAcquire(`check/${uuid}/alpha`, "/state/check.json", "check");
    if (other.kind === "taken") throw new Error("nobody else is here");
    const sleep = clock.sleep.bind(clock);
    let waited = 0;
    clock.sleep = async (milliseconds) => {
      waited += milliseconds;
      if (waited === 15_000) await other.release();
      await sleep(milliseconds);
    };

    const done = await fleet.promote(id, "production");

    expect(waited).toBeGreaterThanOrEqual(15_000);
    expect(kindsOf(done.results)).toEqual(["alpha done"]);
  });

  it("goes on past as many failures as it allows", async () => {
    const fleet = await aPromotingFleet(stageOf(five, { waves: ["100%"], concurrency: 1, failures: 1 }));
    const id = await fleet.bundleWith(north);
    let checks = 0;
    fleet.machine.hubSessions.before = (call) => {
      if (call === "begin") fleet.fail([1, 5].includes((checks += 1)));
    };

    const done = await fleet.promote(id, "production");

    expect(done.results.filter(({ kind }) => kind === "failed")).toHaveLength(2);
    expect(done.results).toHaveLength(5);
    expect(done.stopped).toContain("and 1 may");
  });

  it("gives a hub that was added later what it has", async () => {
    const fleet = await aPromotingFleet(stageOf(["alpha"]));
    const id = await fleet.bundleWith(north);
    await fleet.promote(id, "production");
    await fleet.become((now) => now.withHub("beta", { port: 18_010, dask }));
    expect(await fleet.apply()).toMatchObject([{ target: "hub/alpha", kind: "unchanged" }]);

    const done = await fleet.promote(id, "production");

    expect(done).toMatchObject({ kind: "continued", results: [{ hub: "beta", kind: "done" }] });
  });

  it("takes a hub from another stage on with its own bundle, at its next promotion", async () => {
    const two = stageOf(["alpha", "beta"]).withFleet({ stages: [{ name: "staging" }, { name: "production" }] });
    const fleet = await aPromotingFleet(two.withHub("alpha", { port: 18_000, dask, stage: "staging" }));
    const id = await fleet.bundleWith(north);
    await fleet.promote(id, "staging");
    await fleet.promote(id, "production");
    const next = await fleet.bundleWith(south);
    await fleet.promote(next, "staging");
    await fleet.become((now) =>
      now
        .withHub("alpha", { port: 18_000, dask, stage: "production" })
        .withHub("gamma", { port: 18_020, dask, stage: "staging" }),
    );
    await fleet.apply();
    expect(await fleet.region("alpha")).toBe("south");

    const moved = await fleet.promote(id, "production", "it has it already");

    expect(kindsOf(moved.results)).toEqual(["alpha done"]);
    expect(await fleet.region("alpha")).toBe("north");
  });

  it("leaves hubs on other clusters, and says so", async () => {
    const far = stageOf(["alpha"])
      .withCluster("far", { provider: "kubeconfig" })
      .withHub("beta", { cluster: "far", domain: "b.example.org", dask, access: { login: { kind: "sign-up" } } });
    const fleet = await aPromotingFleet(far);
    const id = await fleet.bundleWith(north);

    const shut = await fleet.promote(id, "production", "we need it");

    expect(shut.verdict.kind === "blocked" && shut.verdict.reasons.map(({ code }) => code)).toEqual(["no-container"]);
    expect(shut).toMatchObject({ kind: "blocked", results: [], stopped: undefined });
    expect(fleet.records().filter(({ record }) => record.kind === "break-glass")).toEqual([]);
  });

  it("knows a renamed hub by its old name: its bundle, its hold, what it goes back to", async () => {
    const fleet = await aPromotingFleet(stageOf(["alpha"]));
    const id = await fleet.bundleWith(north);
    await fleet.promote(id, "production");
    await fleet.hold("hub/alpha");
    await fleet.become((now) =>
      now.without("hubs/alpha.yaml").withHub("research", { port: 18_000, dask, renamedFrom: "alpha" }),
    );
    await fleet.apply();
    const next = await fleet.bundleWith(south);

    expect((await fleet.promote(next, "production")).results).toEqual([]);
    expect(await fleet.runs("research")).toContain(id);

    await fleet.resume("hub/research");
    fleet.fail(true);
    const failed = await fleet.promote(next, "production");

    expect(failed.results).toMatchObject([{ hub: "research", kind: "failed", backTo: id }]);
    expect(Object.keys(fleet.deployed().hubs)).toEqual(["research"]);
    expect(fleet.deployed().holds).toEqual({});
    expect(await fleet.region("research")).toBe("north");
  });

  it("is broken open by a word that is recorded once, and stays open for that bundle", async () => {
    const two = stageOf(["alpha"]).withFleet({ stages: [{ name: "staging" }, { name: "production" }] });
    const fleet = await aPromotingFleet(two);
    const id = await fleet.bundleWith(north);
    expect(await fleet.promote(id, "production")).toMatchObject({ kind: "blocked" });

    const opened = await fleet.promote(id, "production", "users are locked out");
    const again = await fleet.promote(id, "production");

    expect(opened).toMatchObject({ kind: "entered", results: [{ hub: "alpha", kind: "done" }] });
    expect(opened.verdict).toMatchObject({ brokenGlass: { reason: "users are locked out" } });
    expect(again).toMatchObject({ kind: "continued", results: [] });
    const glass = fleet.records().flatMap(({ record }) => (record.kind === "break-glass" ? [record] : []));
    expect(glass).toMatchObject([{ who: { known: "claimed" }, body: { reason: "users are locked out" } }]);
  });
});

describe("hubs that never came up but by a bundle", () => {
  it("have user ids of their own each, and come back when the machine restarts", async () => {
    const fleet = await aPromotingFleet(stageOf(["alpha", "beta"]));

    await fleet.promote(await fleet.bundleWith(north), "production");

    const { blocks } = JSON.parse((await fleet.machine.files.read("/state/uids.json")) ?? "") as {
      readonly blocks: Readonly<Record<string, number>>;
    };
    const own = [blocks[`${uuid}/alpha`], blocks[`${uuid}/beta`]];
    expect(new Set(own).size).toBe(2);
    expect(own).not.toContain(undefined);
    expect([...fleet.machine.bootService.entries.keys()]).toEqual([`hubfleet-${uuid}`]);
    expect(await fleet.apply()).toMatchObject([{ kind: "unchanged" }, { kind: "unchanged" }]);
  });

  it("come back when the machine restarts though only `apply` finished what was begun", async () => {
    const fleet = await aPromotingFleet(stageOf(["alpha"]));
    const { bootService } = fleet.machine;
    await fleet.promote(await fleet.bundleWith(north), "production");
    await bootService.remove(`hubfleet-${uuid}`); // as after a kill between the hub's start and the entry

    await fleet.apply();

    expect([...bootService.entries.keys()]).toEqual([`hubfleet-${uuid}`]);
  });

  it("do not stop each other when an environment of one cannot be built", async () => {
    const fleet = await aPromotingFleet(stageOf(["alpha", "beta"], { waves: ["100%"] }));
    const id = await fleet.bundleWith(north);
    const { environments, files } = fleet.machine;
    for (const name of await files.list("/state/environments")) await files.remove(`/state/environments/${name}`);
    environments.failNext("build", "the index does not answer");

    const done = await fleet.promote(id, "production");

    expect(kindsOf(done.results)).toEqual(["alpha failed", "beta done"]);
  });
});

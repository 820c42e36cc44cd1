import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aLocalWorld } from "../../test/support/a-local-world.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";

const dask = { enabled: false };
const access = { admins: ["ada"], users: ["grace"] };
const two = aFleet()
  .withFleet({ stages: [{ name: "production" }] })
  .withHub("alpha", { port: 18_000, dask })
  .withHub("beta", { port: 18_010, dask });
const north = { access, environment: { REGION: "north" } };
const south = { access, environment: { REGION: "south" } };

describe("a hold", () => {
  let fleet: PromotingFleet;
  let [first, next] = ["", ""];

  beforeEach(async () => {
    fleet = await aPromotingFleet(two);
    first = await fleet.bundleWith(north);
    await fleet.promote(first, "production");
    next = await fleet.bundleWith(south);
  });

  it("of a hub keeps it where it is, until it is ended, and what it passes vouches for nothing", async () => {
    await fleet.hold("hub/alpha");

    const done = await fleet.promote(next, "production");

    expect(done.results).toMatchObject([{ hub: "beta", kind: "done" }]);
    expect(done.progress.hubs).toEqual([
      { name: "alpha", state: "kept" },
      { name: "beta", state: "done" },
    ]);
    expect(await fleet.apply()).toMatchObject([{ kind: "unchanged" }, { kind: "unchanged" }]);
    expect(await fleet.region("alpha")).toBe("north");
    await fleet.resume("hub/alpha");
    expect((await fleet.promote(next, "production")).results).toMatchObject([{ hub: "alpha", kind: "done" }]);
  });

  it("of a hub that is over keeps nothing", async () => {
    await fleet.hold("hub/alpha");
    fleet.machine.clock.advance(86_400_000);

    expect((await fleet.promote(next, "production")).results).toHaveLength(2);
  });

  it("of a stage shuts it, broken glass or not, and changes nothing", async () => {
    await fleet.hold("stage/production");

    const shut = await fleet.promote(next, "production", "we need it");

    expect(shut).toMatchObject({ kind: "blocked", results: [] });
    expect(fleet.deployed().stages["production"]?.id).toBe(first);
    expect(fleet.records().filter(({ record }) => record.kind === "break-glass")).toEqual([]);
  });

  it.each(["hub/beta", "stage/production"])(
    "of %s that comes in the middle of a promotion counts at once",
    async (target) => {
      const other = await aSecondClone(fleet);
      let isHeld = false;
      fleet.machine.hubSessions.before = async (call) => {
        if (call !== "end" || isHeld) return;
        isHeld = true;
        await other.hold(target);
      };

      const done = await fleet.promote(next, "production");

      expect(done.results[0]).toMatchObject({ hub: "alpha", kind: "done" });
      expect(done.results.filter(({ hub, kind }) => hub === "beta" && kind !== "held")).toEqual([]);
      expect(await fleet.region("beta")).toBe("north");
      expect(fleet.deployed().hubs["beta"]).toMatchObject({ id: first });
    },
  );

  it("keeps a hub's own gated settings waiting, and lets live ones, removals and mending through", async () => {
    await fleet.hold("hub/alpha");
    await fleet.become((now) =>
      now
        .withPlatform({ ...south, access: { admins: ["ada"], users: [] } })
        .withHub("alpha", { port: 18_000, dask, environment: { REGION: "own" }, announcement: "Down at noon" })
        .withHub("beta", { port: 18_010, dask, environment: { REGION: "own" } }),
    );
    fleet.machine.processes.crash("11111111-2222-4333-8444-555555555555/alpha/culler");
    expect(fleet.machine.hubAt(18_000).logIn("grace")).toBe(true);

    expect(await fleet.apply()).toMatchObject([{ kind: "changed" }, { kind: "changed" }]);

    expect(fleet.machine.hubAt(18_000).logIn("grace")).toBe(false);
    expect(await fleet.region("alpha")).toBe("north");
    expect(await fleet.region("beta")).toBe("own");
    const running = fleet.machine.processes.running().map(({ marker }) => marker);
    expect(running).toContain("11111111-2222-4333-8444-555555555555/alpha/culler");
    await fleet.resume("hub/alpha");
    await fleet.apply();
    expect(await fleet.region("alpha")).toBe("own");
  });

  it("keeps drafts away with the exit of a hold, and so does a bundle where no drafts are taken", async () => {
    await fleet.hold("hub/alpha");

    const kept = await fleet.up();

    expect(kept).toMatchObject([
      { target: "hub/alpha", kind: "held", isBlocked: true, why: expect.stringContaining("exam week") as string },
      { target: "hub/beta", kind: "held", isBlocked: true, why: expect.stringContaining(first) as string },
    ]);
  });

  it("or not: hubs that run bundles take no draft also when the state cannot be read, and who lost access loses it", async () => {
    fleet.machine.remote.tip = undefined; // somebody deleted the branch

    expect(await fleet.up()).toMatchObject([
      { kind: "held", isBlocked: true },
      { kind: "held", isBlocked: true },
    ]);
    await fleet.become((now) => now.withPlatform({ ...south, access: { admins: ["ada"], users: [] } }));
    expect(await fleet.apply()).toMatchObject([{ kind: "changed" }, { kind: "changed" }]);
    expect(fleet.machine.hubAt(18_000).logIn("grace")).toBe(false);
    expect(await fleet.region("alpha")).toBe("north");
  });
});

describe("a promotion away from the remote", () => {
  it("works, says what waits, and reaches the others with the next command that can", async () => {
    const fleet = await aPromotingFleet(two);
    const id = await fleet.bundleWith(north);
    fleet.machine.remote.isReachable = false;

    const done = await fleet.promote(id, "production");

    expect(done).toMatchObject({ kind: "entered", results: [{ kind: "done" }, { kind: "done" }] });
    expect(done.standing.waiting).toMatchObject({ reason: "unreachable" });
    expect(await fleet.region("alpha")).toBe("north");
    expect(fleet.deployed().stages).toEqual({});
    fleet.machine.remote.isReachable = true;
    await fleet.promote(id, "production");
    expect(fleet.deployed().stages["production"]).toMatchObject({ id, hubs: { alpha: "done", beta: "done" } });
  });
});

describe("a saved plan", () => {
  it("changes nothing of a hub that was promoted since", async () => {
    const fleet = await aPromotingFleet(two);
    const app = fleet.app();
    await fleet.promote(await fleet.bundleWith(north), "production");
    await fleet.become((now) => now.withHub("alpha", { port: 18_000, dask, announcement: "Down at noon" }));
    const { local } = await app.select([]);
    const plan = await fleet.app().plan(local);
    await fleet.promote(await fleet.bundleWith(south), "production");

    const outcomes = await fleet.app().apply(local, fleet.machine.watch, plan);

    expect(outcomes).toMatchObject([{ kind: "held" }, { kind: "held" }]);
    expect(await fleet.region("alpha")).toBe("south");
  });
});

/** Another machine, with the same commits and the same remote. */
async function aSecondClone({ machine }: PromotingFleet): Promise<PromotingFleet> {
  return aPromotingFleet(two, aLocalWorld({ remote: machine.remote }));
}

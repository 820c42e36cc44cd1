import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";

const dask = { enabled: false };
const three = aFleet()
  .withFleet({ stages: [{ name: "production", waves: [3] }] })
  .withHub("alpha", { port: 18_000, dask })
  .withHub("beta", { port: 18_010, dask })
  .withHub("gamma", { port: 18_020, dask });

describe("rollback", () => {
  let fleet: PromotingFleet;
  let [first, second, third] = ["", "", ""];
  const kinds = (): readonly string[] => fleet.records().map(({ record }) => record.kind);

  beforeEach(async () => {
    fleet = await aPromotingFleet(three);
    first = await fleet.bundleWith({ environment: { REGION: "north" } });
    second = await fleet.bundleWith({ environment: { REGION: "south" } });
    third = await fleet.bundleWith({ environment: { REGION: "east" } });
    for (const id of [first, second, third]) {
      await fleet.promote(id, "production");
      fleet.machine.clock.advance(60_000);
    }
  });

  it("sends a hub back to the bundle before, and holds it there, so that promote passes it over", async () => {
    const back = await fleet.rollback("hub/beta");

    expect(back).toMatchObject({ from: third, to: { id: second }, results: [{ hub: "beta", kind: "done" }], left: [] });
    expect(fleet.deployed().hubs["beta"]).toMatchObject({ id: second });
    expect(fleet.deployed().hubs["beta"]).not.toHaveProperty("trial");
    expect(fleet.deployed().holds["hub/beta"]).toMatchObject({ reason: "maps are blank", bundle: second });
    expect((await fleet.promote(third, "production")).results).toEqual([]);
    expect(await fleet.region("beta")).toBe("south");

    await fleet.resume("hub/beta");

    expect((await fleet.promote(third, "production")).results).toMatchObject([{ hub: "beta", kind: "done" }]);
    expect(await fleet.region("beta")).toBe("east");
  });

  it("does nothing more when it is typed again, and goes further back, never forward, when nobody holds it any more", async () => {
    await fleet.rollback("hub/beta");
    const before = kinds().filter((kind) => kind === "rollback");

    expect(await fleet.rollback("hub/beta")).toMatchObject({ from: third, to: { id: second } });
    expect(kinds().filter((kind) => kind === "rollback")).toEqual(before);
    await fleet.resume("hub/beta");
    expect(await fleet.rollback("hub/beta")).toMatchObject({ from: second, to: { id: first } });
    await fleet.resume("hub/beta");
    await expect(fleet.rollback("hub/beta")).rejects.toMatchObject({ code: "NOTHING_TO_GO_BACK_TO" });
    expect(await fleet.rollback("hub/beta", third)).toMatchObject({ from: first, to: { id: third } });
    expect(await fleet.region("beta")).toBe("east");
  });

  it("goes back from a hold that somebody placed, too", async () => {
    await fleet.hold("hub/beta");

    expect(await fleet.rollback("hub/beta")).toMatchObject({ from: third, to: { id: second } });
    expect(fleet.deployed().holds["hub/beta"]).toMatchObject({ bundle: second, from: third });
  });

  it("sends a stage back, but for hubs that somebody holds where they are", async () => {
    await fleet.hold("hub/gamma");

    const back = await fleet.rollback("stage/production");

    expect(back).toMatchObject({ from: third, to: { id: second }, left: [] });
    expect(back.results).toMatchObject([
      { hub: "gamma", kind: "held", why: expect.stringContaining("hub/gamma") as string },
      { hub: "alpha", kind: "done" },
      { hub: "beta", kind: "done" },
    ]);
    expect(fleet.deployed().stages["production"]).toMatchObject({ id: second, hubs: { alpha: "done", beta: "done" } });
    expect(await fleet.region("gamma")).toBe("east");
    const refused = await fleet.promote(third, "production");
    expect(refused).toMatchObject({ kind: "blocked", results: [], stopped: undefined });
    expect(refused.verdict.kind === "blocked" && refused.verdict.reasons.map(({ code }) => code)).toContain("held");
  });

  it("that ends before its end goes on when it is typed again, and is recorded once", async () => {
    let checks = 0;
    fleet.machine.hubSessions.before = (call) => {
      if (call === "begin" && (checks += 1) === 2) fleet.machine.faults.arm({ kind: "killed before", call: 0 });
    };
    await fleet.rollback("stage/production").catch(() => undefined);
    fleet.machine.faults.arm(undefined);

    const back = await fleet.rollback("stage/production");

    expect(back).toMatchObject({ from: third, to: { id: second } });
    for (const hub of ["alpha", "beta", "gamma"]) expect(await fleet.region(hub)).toBe("south");
    expect(fleet.deployed().stages["production"]).toMatchObject({
      id: second,
      hubs: { alpha: "done", beta: "done", gamma: "done" },
    });
    expect(Object.values(fleet.deployed().hubs).every((pointer) => pointer.trial === undefined)).toBe(true);
    expect(kinds().filter((kind) => kind === "hold")).toHaveLength(1);
  });

  it("that ends before its end is brought to it by apply, too", async () => {
    fleet.machine.hubSessions.before = () => fleet.machine.faults.arm({ kind: "killed before", call: 0 });
    await fleet.rollback("hub/alpha").catch(() => undefined);
    fleet.machine.faults.arm(undefined);
    fleet.machine.hubSessions.before = () => undefined;

    await fleet.apply();

    expect(await fleet.region("alpha")).toBe("south");
    expect(await fleet.rollback("hub/alpha")).toMatchObject({ to: { id: second }, results: [{ kind: "done" }] });
    expect(fleet.deployed().hubs["alpha"]).not.toHaveProperty("trial");
  });

  it("takes a bundle that never did well there by no name, and one that nobody made neither", async () => {
    const fourth = await fleet.bundleWith({ environment: { REGION: "west" } });

    await expect(fleet.rollback("hub/alpha", fourth)).rejects.toMatchObject({ code: "BUNDLE_NOT_GOOD_HERE" });
    await expect(fleet.rollback("hub/alpha", "0000")).rejects.toMatchObject({ code: "BUNDLE_UNKNOWN" });
    expect(fleet.deployed().holds).toEqual({});
  });

  it("takes a hub out of a half-done promotion, to what it ran before it", async () => {
    const fourth = await fleet.bundleWith({ environment: { REGION: "west" } });
    fleet.machine.hubSessions.before = () => fleet.machine.faults.arm({ kind: "killed before", call: 0 });
    await fleet.promote(fourth, "production").catch(() => undefined);
    fleet.machine.faults.arm(undefined);
    fleet.machine.hubSessions.before = () => undefined;
    expect(fleet.deployed().hubs["alpha"]).toMatchObject({ id: fourth, trial: "forward" });

    const back = await fleet.rollback("hub/alpha");

    expect(back).toMatchObject({ from: fourth, to: { id: third } });
    expect(fleet.deployed().stages["production"]?.hubs).not.toHaveProperty("alpha");
    expect(await fleet.region("alpha")).toBe("east");
  });
});

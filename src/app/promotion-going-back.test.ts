import { stringify } from "yaml";
import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";

const dask = { enabled: false };
const iterating = aFleet()
  .withFleet({ stages: [{ name: "testing", iterate: true }, { name: "staging" }] })
  .without("hubs/alpha.yaml")
  .withHub("alpha", { port: 18_000, stage: "staging", dask })
  .withHub("try", { port: 18_010, stage: "testing", dask });
const one = aFleet().withHub("alpha", { port: 18_000, dask });
const north = { environment: { REGION: "north" } };
const south = { environment: { REGION: "south" } };
const east = { environment: { REGION: "east" } };

describe("a bundle that does not do well", () => {
  let fleet: PromotingFleet;
  const kindsOf = (kind: string): readonly unknown[] =>
    fleet.records().flatMap(({ record }) => (record.kind === kind ? [{ ...record.subject, ...record.body }] : []));

  beforeEach(async () => {
    fleet = await aPromotingFleet(one);
  });

  it("is left where nothing ran before, and the next one that fails does not go back to itself", async () => {
    const first = await fleet.bundleWith(north);
    fleet.fail(true);

    const failed = await fleet.promote(first, "production");
    const again = await fleet.promote(first, "production");

    for (const { results, stopped } of [failed, again]) {
      expect(results).toMatchObject([{ hub: "alpha", kind: "failed", backTo: undefined }]);
      expect(stopped).toContain("alpha did not do well");
    }
    expect(fleet.deployed().hubs["alpha"]).toMatchObject({ id: first });
    expect(fleet.deployed().hubs["alpha"]?.before).toBeUndefined();
    expect(fleet.deployed().stages["production"]).toMatchObject({ id: first, hubs: { alpha: "failed" } });
    expect(kindsOf("rollback")).toEqual([]);
  });

  it("goes back to the draft that the hub ran, the first time and the second, and is tried again when typed again", async () => {
    await fleet.edit("platform.yaml", platform(south));
    await fleet.up();
    const first = await fleet.bundleWith(north);
    fleet.fail(true);

    for (const _time of ["first", "second"]) {
      const failed = await fleet.promote(first, "production");

      expect(failed.results).toMatchObject([{ kind: "failed", backTo: "the draft of `up`" }]);
      expect(fleet.deployed().hubs).toEqual({});
      expect(await fleet.region("alpha")).toBe("south");
      expect(await fleet.apply()).toMatchObject([{ kind: "unchanged" }]);
    }
    fleet.fail(false);
    const done = await fleet.promote(first, "production");

    expect(done).toMatchObject({ kind: "continued", results: [{ kind: "done" }], stopped: undefined });
    expect(await fleet.region("alpha")).toBe("north");
    expect(await fleet.apply()).toMatchObject([{ kind: "unchanged" }]);
  });

  it("says on record what the hub went back to", async () => {
    const good = await fleet.bundleWith(north);
    await fleet.promote(good, "production");
    const bad = await fleet.bundleWith(south);
    fleet.fail(true);

    await fleet.promote(bad, "production");

    const { stages, hubs } = fleet.deployed();
    expect(kindsOf("rollback")).toMatchObject([
      { hub: "alpha", bundle: hubs["alpha"]?.digest, from: { id: bad, digest: stages["production"]?.digest } },
    ]);
    expect(await fleet.region("alpha")).toBe("north");
  });

  it("goes back past a bundle that a killed promotion had only begun", async () => {
    const good = await fleet.bundleWith(north);
    await fleet.promote(good, "production");
    const begun = await fleet.bundleWith(south);
    await promoteUntilKilled(fleet, begun);
    const bad = await fleet.bundleWith(east);
    fleet.fail(true);

    const failed = await fleet.promote(bad, "production");

    expect(failed.results).toMatchObject([{ kind: "failed", backTo: good }]);
    expect(await fleet.region("alpha")).toBe("north");
  });

  it("that the hub ran before does not fit what is written now: it says that it could not go back", async () => {
    const big = { id: "big", name: "Big" };
    const good = await fleet.bundleWith(north);
    await fleet.promote(good, "production");
    await fleet.become((now) =>
      now.withHub("alpha", { port: 18_000, dask, profiles: [{ id: "big", description: "Ours" }] }),
    );
    const bad = await fleet.bundleWith({ ...south, profiles: [big] });
    fleet.fail(true);

    const failed = await fleet.promote(bad, "production");

    expect(failed.results).toMatchObject([{ kind: "failed", backTo: undefined }]);
    const [result] = failed.results;
    expect(result?.kind === "failed" && result.errors.map(({ code }) => code)).toEqual([
      "HUB_WENT_BACK",
      "HUB_DID_NOT_GO_BACK",
      "UNKNOWN_PROFILE",
    ]);
    expect(fleet.deployed().hubs["alpha"]).toMatchObject({ id: good });
  });

  it("has the deployment that it had, where the hub ran it already", async () => {
    const good = await fleet.bundleWith(north);
    await fleet.promote(good, "production");
    const { since } = fleet.deployed().hubs["alpha"] ?? {};
    fleet.machine.clock.advance(3_600_000);
    await fleet.become((now) =>
      now
        .withFleet({ stages: [{ name: "canary" }, { name: "production" }] })
        .withHub("alpha", { port: 18_000, stage: "canary", dask }),
    );

    const moved = await fleet.promote(good, "canary");

    expect(moved.results).toMatchObject([{ kind: "done" }]);
    expect(fleet.deployed().hubs["alpha"]?.since).toBe(since);
  });
});

describe("a hub that takes drafts beside bundles", () => {
  let fleet: PromotingFleet;

  beforeEach(async () => {
    fleet = await aPromotingFleet(iterating);
    await fleet.promote(await fleet.bundleWith(north), "testing");
    fleet.machine.clock.advance(60_000);
    await fleet.edit("platform.yaml", platform(south));
    await fleet.up("hub/try");
    fleet.machine.clock.advance(60_000);
  });

  it("keeps its draft through apply, and loses it to the next promotion", async () => {
    expect(await fleet.region("try")).toBe("south");
    expect(await fleet.apply("hub/try")).toMatchObject([{ kind: "unchanged" }]);

    const next = await fleet.bundleWith(east);
    await fleet.promote(next, "testing");

    expect(await fleet.region("try")).toBe("east");
    expect(await fleet.apply("hub/try")).toMatchObject([{ kind: "unchanged" }]);
  });

  it("goes back to the draft that it ran when the next bundle fails", async () => {
    const next = await fleet.bundleWith(east);
    fleet.fail(true);

    const failed = await fleet.promote(next, "testing");

    expect(failed.results).toMatchObject([{ kind: "failed", backTo: "the draft of `up`" }]);
    expect(await fleet.region("try")).toBe("south");
    expect(await fleet.apply("hub/try")).toMatchObject([{ kind: "unchanged" }]);
    fleet.fail(false);
    expect((await fleet.rollback("hub/try")).from).toBeUndefined();
    expect(await fleet.region("try")).toBe("north");
  });

  it("loses it to a promotion by a clock that is behind, and none is recorded for a draft", async () => {
    const next = await fleet.bundleWith(east);
    fleet.machine.clock.advance(-90_000);

    await fleet.promote(next, "testing", "the clock is wrong");

    expect(await fleet.region("try")).toBe("east");
  });

  it("loses it by rollback, which holds nothing", async () => {
    const back = await fleet.rollback("hub/try");

    expect(back).toMatchObject({ from: undefined, heldUntil: undefined, results: [{ kind: "done" }] });
    expect(await fleet.region("try")).toBe("north");
    expect(fleet.deployed().holds).toEqual({});
  });

  it("runs the bundle that was promoted, where a draft came between a killed promotion and the next", async () => {
    const next = await fleet.bundleWith(east);
    await promoteUntilKilled(fleet, next, "testing");
    fleet.machine.clock.advance(60_000);
    await fleet.edit("platform.yaml", platform(south));
    await fleet.up("hub/try");

    const done = await fleet.promote(next, "testing");

    expect(done.results).toMatchObject([{ hub: "try", kind: "done" }]);
    expect(await fleet.region("try")).toBe("east");
  });
});

/** platform.yaml with other settings. */
function platform(settings: object): string {
  return stringify({ version: 1, images: { hub: "hub", notebook: "lab" }, access: { admins: ["ada"] }, ...settings });
}

async function promoteUntilKilled(fleet: PromotingFleet, bundle: string, stage = "production"): Promise<void> {
  let isKilled = false;
  fleet.machine.hubSessions.before = () => {
    if (!isKilled) fleet.machine.faults.arm({ kind: "killed before", call: 0 });
    isKilled = true;
  };
  await fleet.promote(bundle, stage).catch(() => undefined);
  expect(isKilled).toBe(true);
  fleet.machine.hubSessions.before = () => undefined;
  fleet.machine.faults.arm(undefined);
}

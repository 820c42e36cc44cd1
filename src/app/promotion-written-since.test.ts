import { beforeEach, describe, expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import { fromUnknown } from "../errors/from-unknown.ts";

const dask = { enabled: false };
const stages = [{ name: "staging" }, { name: "production" }];
const two = aFleet()
  .withFleet({ stages })
  .without("hubs/alpha.yaml")
  .withHub("alpha", { port: 18_000, stage: "staging", dask })
  .withHub("beta", { port: 18_010, stage: "production", dask });
const north = { environment: { REGION: "north" } };
const south = { environment: { REGION: "south" } };
const withBig = { profiles: [{ id: "big", name: "Big" }] };
const usesBig = { dask, profiles: [{ id: "big", description: "Ours" }] };

describe("what was written since a bundle was made", () => {
  let fleet: PromotingFleet;
  let first: string;
  const codes = async (work: Promise<unknown>): Promise<readonly string[]> =>
    work.then(
      () => [],
      (thrown: unknown) => fromUnknown(thrown).map(({ code }) => code),
    );

  beforeEach(async () => {
    fleet = await aPromotingFleet(two);
    first = await fleet.bundleWith(north);
    await fleet.promote(first, "staging");
  });

  describe("for a hub of an earlier stage, which the bundle does not know", () => {
    const grown = (now: FleetBuilder): FleetBuilder =>
      now.withHub("alpha", { port: 18_000, stage: "staging", ...usesBig });

    it("keeps the bundle out of no later stage", async () => {
      await fleet.edit("platform.yaml", "");
      await fleet.become((now) => grown(now).withPlatform({ ...withBig, ...south }));
      await fleet.commit();

      const done = await fleet.promote(first, "production");

      expect(done).toMatchObject({ kind: "entered", results: [{ hub: "beta", kind: "done" }] });
    });

    it("keeps no hub of a later stage from going back, and none from what it was given", async () => {
      await fleet.promote(first, "production");
      const second = await fleet.bundleWith(south);
      await fleet.promote(second, "staging");
      await fleet.promote(second, "production");
      await fleet.become((now) => grown(now).withPlatform(withBig));

      const back = await fleet.rollback("hub/beta");

      expect(back).toMatchObject({ to: { id: first }, results: [{ kind: "done" }] });
      expect(await fleet.region("beta")).toBe("north");
      await fleet.apply();
      expect(await fleet.region("alpha")).toBe("south");
      expect(await fleet.apply()).toMatchObject([{ kind: "unchanged" }, { kind: "unchanged" }]);
    });
  });

  it("and is asked of a hub of the stage itself is named, and nothing is changed", async () => {
    await fleet.become((now) =>
      now.withPlatform(withBig).withHub("beta", { port: 18_010, stage: "production", ...usesBig }),
    );
    await fleet.commit();

    expect(await codes(fleet.promote(first, "production"))).toEqual(["UNKNOWN_PROFILE"]);
    expect(fleet.deployed().stages["production"]).toBeUndefined();
  });

  it("leaves a hub with what it runs, and who lost access loses it", async () => {
    const access = { admins: ["ada"], users: ["grace"] };
    await fleet.become((now) =>
      now.withPlatform({ ...withBig, access }).withHub("alpha", { port: 18_000, stage: "staging", ...usesBig }),
    );
    await fleet.apply("hub/alpha");
    expect(fleet.machine.hubAt(18_000).logIn("grace")).toBe(true);
    await fleet.become((now) => now.withPlatform({ ...withBig, access: { admins: ["ada"], users: [] } }));

    expect(await fleet.apply("hub/alpha")).toMatchObject([{ kind: "changed" }]);

    expect(fleet.machine.hubAt(18_000).logIn("grace")).toBe(false);
    expect(await fleet.region("alpha")).toBe("north");
    const notes = fleet.machine.watch.events.map(({ text }) => text);
    expect(notes.some((text) => text.includes("stays with what it runs: with bundle"))).toBe(true);
  });
});

describe("a stage that asked more before", () => {
  const asking = (soak: object): FleetBuilder =>
    two.withFleet({ stages: [{ name: "staging", soak }, { name: "production" }] });
  const reasons = ({ verdict }: Awaited<ReturnType<PromotingFleet["promote"]>>): readonly string[] =>
    verdict.kind === "open" ? [] : verdict.reasons.map(({ code }) => code);
  const loosened = (now: FleetBuilder): FleetBuilder =>
    now.withFleet({ stages: [{ name: "staging", soak: {} }, { name: "production" }] });
  let fleet: PromotingFleet;
  let first: string;

  beforeEach(async () => {
    fleet = await aPromotingFleet(asking({ minimum: "1d" }));
    first = await fleet.bundleWith(north);
    await fleet.promote(first, "staging");
  });

  it("asks it still when the loosening is committed after the bundle, or is only in the working tree", async () => {
    await fleet.become(loosened);
    expect(reasons(await fleet.promote(first, "production"))).toEqual(["soak-time"]);
    await fleet.commit();
    expect(reasons(await fleet.promote(first, "production"))).toEqual(["soak-time"]);
  });

  it("asks it still of the bundle that comes with the loosening, and no more of the next", async () => {
    await fleet.become(loosened);
    const second = await fleet.bundleWith(south);
    await fleet.promote(second, "staging");
    expect(reasons(await fleet.promote(second, "production"))).toEqual(["soak-time"]);

    const third = await fleet.bundleWith(north);
    await fleet.promote(third, "staging");

    expect(await fleet.promote(third, "production")).toMatchObject({ kind: "entered" });
  });

  it("asks it still of a bundle that was let in nowhere when the stage is taken out", async () => {
    await fleet.become((now) =>
      now.withFleet({ stages: [{ name: "production" }] }).withHub("alpha", { port: 18_000, stage: "production", dask }),
    );

    expect(reasons(await fleet.promote(first, "production"))).toEqual(["stage-removed"]);
  });

  it("records what is asked as it is, with the commit that says so, if there is one", async () => {
    const policies = (): readonly object[] =>
      fleet.records().flatMap(({ record }) => (record.kind === "policy" ? [record.body] : []));
    expect(policies()).toMatchObject([{ changes: ["recorded for the first time"], loosens: false }]);
    await fleet.become(loosened);
    await fleet.promote(first, "production");

    expect(policies()[1]).toMatchObject({ loosens: true });
    expect(policies()[1]).not.toHaveProperty("commit");

    await fleet.commit();
    await fleet.promote(first, "production");
    expect(policies()).toHaveLength(2);
  });

  it("is asked after by a clone that has the commit: another says which it lacks, and changes nothing", async () => {
    Object.assign(fleet.machine.sources.git, { treeAt: async () => undefined });

    await expect(fleet.promote(first, "production")).rejects.toMatchObject({ code: "COMMIT_NOT_HERE" });

    expect(fleet.deployed().stages["production"]).toBeUndefined();
    expect(await fleet.apply("hub/alpha")).toMatchObject([{ kind: "unchanged" }]);
  });
});

import { describe, expect, it } from "vitest";

import { createStateRemoteMemory } from "../../src/adapters/state-ref/state-ref-memory.ts";
import { aFleet } from "../../test/support/a-fleet.ts";
import { aLocalWorld } from "../../test/support/a-local-world.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import { createInterleaving } from "../../test/support/interleave.ts";

const dask = { enabled: false };
const two = aFleet()
  .withFleet({ stages: [{ name: "production" }] })
  .withHub("alpha", { port: 18_000, dask })
  .withHub("beta", { port: 18_010, dask });
const regions = ["north", "south", "east"];

interface Race {
  readonly one: PromotingFleet;
  readonly other: PromotingFleet;
  /** Bundles, the oldest first; both machines run the second. */
  readonly ids: readonly [string, string, string];
  /** What happens, from now on, before each step that a machine takes with what both have: the remote. */
  onStep: (who: "one" | "other") => Promise<void>;
}

/** Two machines with the same commits and one remote. */
async function aRace(): Promise<Race> {
  const remote = createStateRemoteMemory();
  const hooks: Pick<Race, "onStep"> = { onStep: async () => {} };
  const open = async (who: "one" | "other"): Promise<PromotingFleet> =>
    aPromotingFleet(
      two,
      aLocalWorld({
        remote,
        beforeStateStep: async (step) => (["ask", "fetch", "push"].includes(step) ? hooks.onStep(who) : undefined),
      }),
    );
  const [one, other] = [await open("one"), await open("other")];
  const ids: string[] = [];
  for (const region of regions) {
    ids.push(await one.bundleWith({ environment: { REGION: region } }));
    expect(await other.bundleWith({ environment: { REGION: region } })).toBe(ids.at(-1));
    if (ids.length < 3) await one.promote(ids.at(-1) ?? "", "production");
  }
  await other.apply();
  const [oldest = "", old = "", newest = ""] = ids;
  return Object.assign(hooks, { one, other, ids: [oldest, old, newest] as const });
}

const count = ({ one }: Race, kind: string): number =>
  one.records().filter(({ record }) => record.kind === kind).length;

/** What is said at the end is what runs, on both, when each has applied it; no hub is left in the middle. */
async function expectAgreement({ one, other, ids }: Race): Promise<void> {
  const { hubs, stages } = one.deployed();
  expect(Object.values(stages["production"]?.hubs ?? {})).not.toContain("changing");
  expect(Object.values(hubs).flatMap(({ trial }) => trial ?? [])).toEqual([]);
  for (const each of [one, other]) {
    await each.apply();
    for (const [name, { id }] of Object.entries(hubs)) {
      expect(await each.region(name)).toBe(regions[ids.indexOf(id)]);
    }
    expect((await each.apply()).map(({ kind }) => kind)).toEqual(["unchanged", "unchanged"]);
    expect(each.machine.locks.held()).toEqual([]);
  }
}

/** One machine promotes; before each of its steps in turn, each time in another world, the other does all of something else. */
async function atEveryStep(
  between: (race: Race) => Promise<unknown>,
  expectEnd: (race: Race) => Promise<void>,
  { isFailing = false }: { readonly isFailing?: boolean } = {},
): Promise<number> {
  for (let at = 0; ; at += 1) {
    const race = await aRace();
    let steps = 0;
    race.onStep = async (who) => {
      if (who === "one" && steps++ === at) await between(race);
    };
    race.one.fail(isFailing);
    await race.one.promote(race.ids[2], "production");
    race.onStep = async () => {};
    if (steps <= at) return at;
    await expectEnd(race);
    await expectAgreement(race);
  }
}

/** Promise: of two commands at once, on two machines, none is lost, and what is said in the end is what runs. */
describe("while one machine promotes, another", { timeout: 120_000 }, () => {
  it("promotes the same: it enters once, and each hub is done", async () => {
    const steps = await atEveryStep(
      async ({ other, ids }) => other.promote(ids[2], "production"),
      async (race) => {
        const { stages } = race.one.deployed();
        expect(stages["production"]).toMatchObject({ id: race.ids[2], hubs: { alpha: "done", beta: "done" } });
        expect(count(race, "promotion")).toBe(3);
      },
    );

    expect(steps).toBeGreaterThan(8);
  });

  it("sends a hub back: it is where it was sent, and held", async () => {
    await atEveryStep(
      async ({ other, ids }) => other.rollback("hub/beta", ids[0]),
      async (race) => {
        const { hubs, holds } = race.one.deployed();
        expect(hubs).toMatchObject({ alpha: { id: race.ids[2] }, beta: { id: race.ids[0] } });
        expect(holds["hub/beta"]).toMatchObject({ bundle: race.ids[0] });
        expect([count(race, "hold"), count(race, "rollback")]).toEqual([1, 1]);
      },
    );
  });

  it("sends a hub back that goes back by itself: it is where it was sent", async () => {
    await atEveryStep(
      async ({ other, ids }) => other.rollback("hub/alpha", ids[0]),
      async (race) => {
        const { alpha } = race.one.deployed().hubs;
        expect(alpha).toMatchObject({ id: race.ids[0] });
        expect(count(race, "hold")).toBe(1);
      },
      { isFailing: true },
    );
  });

  it("sends the stage back: it is there, and so are its hubs", async () => {
    await atEveryStep(
      async ({ other, ids }) => other.rollback("stage/production", ids[0]),
      async (race) => {
        const { stages, hubs, holds } = race.one.deployed();
        expect(stages["production"]?.id).toBe(race.ids[0]);
        expect(Object.keys(holds)).toEqual(["stage/production"]);
        expect(Object.values(hubs).map(({ id }) => id)).toEqual([race.ids[0], race.ids[0]]);
      },
    );
  });

  it("holds a hub: it stays, or had its bundle before, and the hold is there", async () => {
    await atEveryStep(
      async ({ other }) => other.hold("hub/beta"),
      async (race) => {
        const { holds, hubs, stages } = race.one.deployed();
        expect(holds["hub/beta"]).toMatchObject({ reason: "exam week" });
        expect(count(race, "hold")).toBe(1);
        expect(hubs["alpha"]).toMatchObject({ id: race.ids[2] });
        const isDone = stages["production"]?.hubs?.["beta"] === "done";
        expect(hubs["beta"]).toMatchObject({ id: isDone ? race.ids[2] : race.ids[1] });
      },
    );
  });
});

it.each(Array.from({ length: 8 }, (_, index) => index * 7919 + 1))(
  "two machines promote the same at once, step by step in order %i",
  async (seed) => {
    const race = await aRace();
    const order = createInterleaving(seed);
    race.onStep = order.step;

    await order.run(Promise.all([race.one, race.other].map(async (each) => each.promote(race.ids[2], "production"))));

    race.onStep = async () => {};
    expect(race.one.deployed().stages["production"]).toMatchObject({ hubs: { alpha: "done", beta: "done" } });
    expect(count(race, "promotion")).toBe(3);
    await expectAgreement(race);
  },
);

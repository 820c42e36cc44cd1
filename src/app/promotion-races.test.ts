import { describe, expect, it } from "vitest";

import { createStateRemoteMemory } from "../../src/adapters/state-ref/state-ref-memory.ts";
import { aFleet } from "../../test/support/a-fleet.ts";
import { aLocalWorld } from "../../test/support/a-local-world.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import { createInterleaving } from "../../test/support/interleave.ts";
import { fromUnknown } from "../errors/from-unknown.ts";

const dask = { enabled: false };
const two = aFleet()
  .withFleet({ stages: [{ name: "production" }] })
  .withHub("alpha", { port: 18_000, dask })
  .withHub("beta", { port: 18_010, dask });
const seeds = Array.from({ length: 12 }, (_, index) => index * 7919 + 1);

interface Race {
  readonly one: PromotingFleet;
  readonly other: PromotingFleet;
  /** Bundles, the oldest first; both machines run the second. */
  readonly ids: readonly [string, string, string];
  /** Lets commands of both go on a step of the state at a time, in the order that the seed gives. */
  run(...work: readonly Promise<unknown>[]): Promise<readonly (readonly string[])[]>;
}

/** Two machines with the same commits and one remote. */
async function aRace(seed: number): Promise<Race> {
  const remote = createStateRemoteMemory();
  const order = createInterleaving(seed);
  let isRacing = false;
  const beforeStateStep = async (): Promise<void> => (isRacing ? order.step() : undefined);
  const open = async (): Promise<PromotingFleet> => aPromotingFleet(two, aLocalWorld({ remote, beforeStateStep }));
  const [one, other] = [await open(), await open()];
  const ids: string[] = [];
  for (const region of ["north", "south", "east"]) {
    ids.push(await one.bundleWith({ environment: { REGION: region } }));
    expect(await other.bundleWith({ environment: { REGION: region } })).toBe(ids.at(-1));
    if (ids.length < 3) for (const each of [one, other]) await each.promote(ids.at(-1) ?? "", "production");
  }
  const [first = "", second = "", third = ""] = ids;
  for (const each of [one, other]) await each.apply();
  return {
    ...{ one, other, ids: [first, second, third] },
    async run(...work) {
      isRacing = true;
      const ends = work.map((each) =>
        each.then(
          () => [],
          (thrown: unknown) => fromUnknown(thrown).map(({ code }) => code as string),
        ),
      );
      const all = Promise.all(ends);
      await order.run(all);
      isRacing = false;
      return all;
    },
  };
}

const kinds = ({ one }: Race, kind: string): number =>
  one.records().filter(({ record }) => record.kind === kind).length;

/** What is said at the end is what runs, on both, when each has applied it; no hub is left in the middle. */
async function expectAgreement({ one, other, ids }: Race): Promise<void> {
  const regions = new Map(ids.map((id, index) => [id, ["north", "south", "east"][index]]));
  const { hubs, stages } = one.deployed();
  expect(Object.values(stages["production"]?.hubs ?? {})).not.toContain("changing");
  for (const [name, pointer] of Object.entries(hubs))
    expect({ name, trial: pointer.trial }).toEqual({ name, trial: undefined });
  for (const each of [one, other]) {
    await each.apply();
    for (const [name, { id }] of Object.entries(hubs)) expect(await each.region(name)).toBe(regions.get(id));
    expect((await each.apply()).map(({ kind }) => kind)).toEqual(["unchanged", "unchanged"]);
    expect(each.machine.locks.held()).toEqual([]);
  }
}

/** Promise: of two commands at once, on two machines, none is lost, and what is said in the end is what runs. */
describe.each(seeds)("at once on two machines, in order %i", (seed) => {
  it("promote and promote the same", async () => {
    const race = await aRace(seed);
    const { one, other, ids } = race;
    const before = kinds(race, "promotion");

    const ends = await race.run(one.promote(ids[2], "production"), other.promote(ids[2], "production"));

    expect(ends).toEqual([[], []]);
    expect(kinds(race, "promotion")).toBe(before + 1);
    expect(one.deployed().stages["production"]).toMatchObject({ id: ids[2], hubs: { alpha: "done", beta: "done" } });
    await expectAgreement(race);
  });

  it("promote and rollback of a hub: the hub is where it was sent, and held", async () => {
    const race = await aRace(seed);
    const { one, other, ids } = race;

    const ends = await race.run(one.promote(ids[2], "production"), other.rollback("hub/beta", ids[0]));

    expect(ends).toEqual([[], []]);
    expect(one.deployed().hubs).toMatchObject({ alpha: { id: ids[2] }, beta: { id: ids[0] } });
    expect(one.deployed().holds["hub/beta"]).toMatchObject({ bundle: ids[0] });
    expect([kinds(race, "hold"), kinds(race, "rollback")]).toEqual([1, 1]);
    await expectAgreement(race);
  });

  it("promote and rollback of the stage: whichever came last counts, and both are on record", async () => {
    const race = await aRace(seed);
    const { one, other, ids } = race;
    const before = kinds(race, "promotion");

    await race.run(one.promote(ids[2], "production"), other.rollback("stage/production", ids[0]));

    expect(kinds(race, "hold")).toBe(1);
    const { stages, holds, hubs } = one.deployed();
    expect(stages["production"]?.id).toBe(ids[0]);
    expect(Object.keys(holds)).toEqual(["stage/production"]);
    expect(Object.values(hubs).map(({ id }) => id)).toEqual([ids[0], ids[0]]);
    expect(kinds(race, "promotion") - before).toBeLessThanOrEqual(2);
    await expectAgreement(race);
  });

  it("hold and promote: a hub that is held stays, or had it before, and the hold is there", async () => {
    const race = await aRace(seed);
    const { one, other, ids } = race;

    const ends = await race.run(one.promote(ids[2], "production"), other.hold("hub/beta"));

    expect(ends).toEqual([[], []]);
    const { holds, hubs, stages } = one.deployed();
    expect(holds["hub/beta"]).toMatchObject({ reason: "exam week" });
    expect(kinds(race, "hold")).toBe(1);
    expect(hubs["alpha"]).toMatchObject({ id: ids[2] });
    const isDone = stages["production"]?.hubs?.["beta"] === "done";
    expect(hubs["beta"]).toMatchObject({ id: isDone ? ids[2] : ids[1] });
    await expectAgreement(race);
  });
});

import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";

const one = aFleet()
  .withFleet({ stages: [{ name: "staging" }, { name: "production" }] })
  .without("hubs/alpha.yaml")
  .withHub("alpha", { port: 18_000, stage: "staging", dask: { enabled: false } });

describe("evidence", () => {
  let fleet: PromotingFleet;

  beforeEach(async () => {
    fleet = await aPromotingFleet(one);
  });

  it("of a bundle is what was checked of its parts, and what was done with it", async () => {
    const { app, machine } = fleet;
    const first = await fleet.bundleWith({ environment: { REGION: "north" } });
    await fleet.promote(first, "staging");
    const second = await fleet.bundleWith({ environment: { REGION: "south" } });
    const kindsOf = async (bundle: string): Promise<readonly string[]> => {
      const { records } = await app().evidence.list({ bundle }, machine.watch.signal);
      return [...new Set(records.map(({ record }) => record.kind))].sort();
    };

    expect(await kindsOf(first)).toEqual(["apply", "check", "observation", "promotion"]);
    expect(await kindsOf(second)).toEqual(["check"]);
  });

  it("is listed where the remote cannot be reached, and shown by the beginning of a name", async () => {
    const { app, machine } = fleet;
    await fleet.promote(await fleet.bundleWith({}), "staging");
    const [latest] = (await app().evidence.list({}, machine.watch.signal)).records;
    machine.remote.isReachable = false;

    const { records, standing } = await app().evidence.list({ kinds: ["promotion"] }, machine.watch.signal);
    const shown = await app().evidence.show(latest?.name.slice(0, 16) ?? "", machine.watch.signal);

    expect([records.length, standing.reach.kind]).toEqual([1, "stale"]);
    expect(shown).toMatchObject({ record: { name: latest?.name }, followers: [] });
  });
});

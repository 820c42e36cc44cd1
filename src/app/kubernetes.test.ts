import { beforeEach, describe, expect, it } from "vitest";

import { aClusterFleet, aTwoClusterFleet, type ClusterFleet } from "../../test/support/a-cluster-fleet.ts";

describe("hubs on clusters", () => {
  let fleet: ClusterFleet;

  beforeEach(async () => {
    fleet = await aClusterFleet(aTwoClusterFleet());
  });

  it("are as promoted: nothing is left to do, and the same is planned twice", async () => {
    const before = await fleet.plan();
    const promotion = await fleet.promote(await fleet.bundle());

    expect(promotion).toMatchObject({ kind: "entered", results: [{ kind: "done" }, { kind: "done" }] });
    const plans = [await fleet.plan(), await fleet.plan()];
    expect(before.waiting).toHaveLength(2);
    expect(plans[0]?.changes).toEqual([]);
    expect(JSON.stringify(plans[1])).toBe(JSON.stringify(plans[0]));
  });
});

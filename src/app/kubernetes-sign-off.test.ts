import { expect, it } from "vitest";

import { aClusterFleet, aTwoClusterFleet } from "../../test/support/a-cluster-fleet.ts";

it("says in the plan that a hub on a cluster has no page for signing, and the command instead", async () => {
  const stages = [{ name: "production", checks: [] }];
  const people = [{ id: "ada", logins: { alpha: "ada" } }];
  const fleet = await aClusterFleet(aTwoClusterFleet().withFleet({ stages, people }));

  const { remarks } = await fleet.plan();

  expect(remarks).toEqual([
    expect.stringContaining(
      "hub/alpha has no page for signing, for it is on cluster cloud: people sign with `hubfleet",
    ),
  ]);
});

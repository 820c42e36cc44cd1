import { expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";

const two = aFleet()
  .withHub("alpha", { port: 18_000, dask: { enabled: false } })
  .withHub("beta", { port: 18_010, dask: { enabled: false } });
const destroy = async ({ app, machine }: PromotingFleet, hub: string): Promise<unknown> =>
  app().destroy([hub], { deleteHomes: false, deleteEnvironments: false }, machine.watch);

it("a hub that is destroyed does not come back with the next apply, and takes its bundle again when that is promoted once more", async () => {
  const fleet = await aPromotingFleet(two);
  const id = await fleet.bundleWith({});
  await fleet.promote(id, "production");

  await destroy(fleet, "alpha");

  expect(fleet.deployed()).toMatchObject({
    stages: { production: { hubs: { beta: "done" } } },
    hubs: { beta: { id } },
  });
  expect(fleet.deployed().hubs["alpha"]).toBeUndefined();
  expect(fleet.records().at(-1)?.record).toMatchObject({
    kind: "destroy",
    subject: { hub: "alpha" },
    body: { homes: "kept" },
  });
  expect((await fleet.apply()).map(({ target }) => target)).toEqual(["hub/beta"]);
  expect((await fleet.promote(id, "production")).results).toMatchObject([{ hub: "alpha", kind: "done" }]);
});

it("a hub is destroyed also while the remote is away: what it was given is taken back in this clone", async () => {
  const fleet = await aPromotingFleet(two);
  await fleet.promote(await fleet.bundleWith({}), "production");
  fleet.machine.remote.isReachable = false;

  await destroy(fleet, "alpha");

  expect((await fleet.apply()).map(({ target }) => target)).toEqual(["hub/beta"]);
  expect(fleet.machine.processes.running().filter(({ marker }) => marker?.includes("/alpha/"))).toEqual([]);
});

it("a destroy is on record once, and not at all of a hub of which nothing is", async () => {
  const fleet = await aPromotingFleet(two);
  await fleet.up("hub/alpha");
  await destroy(fleet, "alpha");
  expect(fleet.records()).toEqual([]);
  await fleet.promote(await fleet.bundleWith({}), "production");

  await destroy(fleet, "alpha");
  await destroy(fleet, "alpha");

  expect(fleet.records().filter(({ record }) => record.kind === "destroy")).toHaveLength(1);
});

import { expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aLocalWorld } from "../../test/support/a-local-world.ts";
import { aPromotingFleet } from "../../test/support/a-promoting-fleet.ts";

const one = aFleet()
  .withFleet({ stages: [{ name: "production" }] })
  .withHub("alpha", { port: 18_000, dask: { enabled: false } });

it("takes no draft of a hub that is given a bundle between the start of `up` and its turn", async () => {
  const machine = aLocalWorld();
  const tryAcquire = machine.locks.tryAcquire.bind(machine.locks);
  let before = async (): Promise<unknown> => undefined;
  machine.locks.tryAcquire = async (name, file, command) => {
    if (command === "up") {
      const act = before;
      before = async () => undefined;
      await act();
    }
    return tryAcquire(name, file, command);
  };
  const fleet = await aPromotingFleet(one, machine);
  const bundle = await fleet.bundleWith({ environment: { REGION: "north" } });
  await fleet.edit(
    "platform.yaml",
    (await machine.files.read("/fleet/platform.yaml"))?.replace("north", "south") ?? "",
  );
  before = () => fleet.promote(bundle, "production");

  const outcomes = await fleet.up();

  expect(outcomes).toMatchObject([{ target: "hub/alpha", kind: "held", isBlocked: true }]);
  expect(await fleet.region("alpha")).toBe("north");
  expect(machine.locks.held()).toEqual([]);
});

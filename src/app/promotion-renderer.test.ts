import { expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet } from "../../test/support/a-promoting-fleet.ts";

const one = aFleet()
  .withFleet({ stages: [{ name: "production" }] })
  .withHub("alpha", { port: 18_000, dask: { enabled: false } });

it("promotes no bundle of another hubfleet whose own code is not kept here, and says how to go on", async () => {
  const fleet = await aPromotingFleet(one);
  const { files, pythonSource } = fleet.machine;
  const old = await fleet.bundleWith({ environment: { REGION: "north" } });
  await files.ensureFile(`${pythonSource}/hub.py`, "# the next version\n", 0o644);

  await expect(fleet.promote(old, "production")).rejects.toMatchObject({ code: "RENDERER_DIFFERS" });
  expect(await fleet.region("alpha")).toBeUndefined();
  expect(fleet.deployed()).toMatchObject({ stages: {}, hubs: {} });

  const anew = await fleet.bundleWith({ environment: { REGION: "north" } });
  expect(anew).not.toBe(old);
  await fleet.promote(anew, "production");
  expect(await fleet.region("alpha")).toBe("north");
});

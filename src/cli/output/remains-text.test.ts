import { describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../../test/support/a-local-world.ts";
import type { Destroyed } from "../../app/use-cases.ts";
import { renderRemains } from "./remains-text.ts";

async function destroy(
  machine: PretendedMachine,
  deleteHomes = false,
): Promise<Destroyed & { asked: readonly string[] }> {
  const app = await machine.open(aFleet());
  const hubs = await app.present([]);
  const asked = deleteHomes ? hubs : await app.running(hubs);
  return { asked, ...(await app.destroy(hubs, { deleteHomes, deleteEnvironments: false }, machine.watch)) };
}

describe("a teardown", () => {
  it("names what it ended and what it kept", async () => {
    const machine = aLocalWorld();
    const app = await machine.open(aFleet());
    await app.up((await app.select([])).local, machine.watch);

    const first = await destroy(machine);

    expect(first.asked).toEqual(["alpha"]);
    expect(renderRemains(first)).toContain("destroyed: hub/alpha\nkept on purpose:\n");
  });

  it("says the second time that there is nothing left to take down, and asks nothing", async () => {
    const machine = aLocalWorld();
    const app = await machine.open(aFleet());
    await app.up((await app.select([])).local, machine.watch);
    await destroy(machine);

    const second = await destroy(machine);

    expect(second.asked).toEqual([]);
    expect(renderRemains(second)).toContain(
      "destroyed: nothing\ntaken down before: hub/alpha; nothing of it runs here\nkept on purpose:\n  homes of hub/alpha",
    );
  });

  it("deletes homes also of a hub that was taken down before", async () => {
    const machine = aLocalWorld();
    const app = await machine.open(aFleet());
    await app.up((await app.select([])).local, machine.watch);
    await destroy(machine);

    const { hubs } = await destroy(machine, true);

    expect(hubs).toMatchObject([{ hub: "alpha", kept: [], leftBehind: [] }]);
    expect(await (await machine.open(aFleet())).present([])).toEqual([]);
  });
});

import { expect, it } from "vitest";

import { aFleet } from "../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../test/support/a-local-world.ts";
import type { App } from "./app.ts";

const options = { deleteHomes: false, deleteEnvironments: false };
type Command = (app: App, machine: PretendedMachine) => Promise<unknown>;
const up: Command = async (app, { watch }) => app.up((await app.select([])).local, watch);
const destroy: Command = async (app, { watch }) => app.destroy(await app.present([]), options, watch);

/** Promise: killed anywhere, the next run converges: nothing lost, doubled or left locked. */
it("up that was killed at any call is finished by the next one", async () => {
  const kills = await killEverywhere(up, async () => {
    const machine = aLocalWorld();
    return { machine, app: await machine.open(aFleet()) };
  });

  expect(kills.length).toBeGreaterThan(30);
  for (const { machine, app, calls } of kills) {
    await up(app, machine);

    const markers = machine.processes.running().map(({ marker }) => marker.split("/").at(-1));
    expect({ calls, markers: markers.toSorted((one = "", other = "") => (one < other ? -1 : 1)) }).toEqual({
      calls,
      markers: ["culler", "gateway", "hub", "proxy"],
    });
    expect((await app.plan((await app.select([])).local)).changes).toEqual([]);
    expect(machine.locks.held()).toEqual([]);
  }
});

it("destroy that was killed at any call is finished by the next one", async () => {
  const kills = await killEverywhere(destroy, async () => {
    const machine = aLocalWorld();
    const app = await machine.open(aFleet());
    await up(app, machine);
    machine.hubAt(18_000).startServer("grace", "standard");
    machine.processes.add({ marker: "11111111-2222-4333-8444-555555555555/alpha/server/grace", uid: 1_900_000_000 });
    return { machine, app };
  });

  expect(kills.length).toBeGreaterThan(10);
  for (const { machine, app, calls } of kills) {
    await destroy(app, machine);

    expect({ calls, running: machine.processes.running() }).toEqual({ calls, running: [] });
    const left = Object.keys(machine.files.contents("/state/fleets/11111111-2222-4333-8444-555555555555/hubs"));
    expect(left.filter((path) => !path.includes("/data/"))).toEqual([]);
  }
});

interface Killed {
  readonly machine: PretendedMachine;
  readonly app: App;
  readonly calls: number;
}

/** One machine for each call at which the command can be killed. */
async function killEverywhere(
  command: Command,
  prepare: () => Promise<Omit<Killed, "calls">>,
): Promise<readonly Killed[]> {
  const kills: Killed[] = [];
  for (let calls = 0; calls < 1000; calls++) {
    const { machine, app } = await prepare();
    machine.killAfter(calls);
    const end = await command(app, machine).then(
      (result) => JSON.stringify(result, (_, value: unknown) => (value instanceof Error ? value.message : value)),
      String,
    );
    machine.killAfter(undefined);
    if (!end.includes("killed")) return kills;
    kills.push({ machine, app, calls });
  }
  throw new Error("a command makes more than a thousand calls");
}

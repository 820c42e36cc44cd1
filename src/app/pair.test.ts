import { beforeEach, describe, expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import type { App } from "./use-cases.ts";

describe("a fleet whose workers have an image of their own", () => {
  let machine: PretendedMachine;

  beforeEach(() => {
    machine = aLocalWorld();
  });

  it("comes up where notebook and worker agree", async () => {
    const outcomes = await up(fleetWith("2026.8.0"));

    expect(outcomes.map(({ kind }) => kind)).toEqual(["changed"]);
    expect(await problems(fleetWith("2026.8.0"))).toEqual([]);
  });

  it("is refused by `up` before anything of the hub is put in place, with the line of the worker's lock", async () => {
    const [outcome] = await up(fleetWith("2026.7.1"));

    expect(outcome).toMatchObject({
      kind: "failed",
      errors: [
        {
          code: "PAIR_DISAGREES",
          message: expect.stringContaining("distributed 2026.8.0 in the notebook, 2026.7.1 on the worker") as string,
          at: { path: "images/worker/lock.txt", line: 5 },
        },
      ],
    });
    expect(machine.processes.running()).toEqual([]);
  });

  it("is told about it from the locks that lie in the repository, once for all hubs", async () => {
    const fleet = fleetWith("2026.7.1").withHub("beta", { port: 18_100 });
    await up(fleet);

    expect((await problems(fleet)).map(({ code }) => code)).toEqual(["PAIR_DISAGREES"]);
  });

  it("is not told about locks that are about to be made anew", async () => {
    await up(fleetWith("2026.7.1"));

    expect(await problems(fleetWith("2026.8.0"))).toEqual([]);
  });

  async function up(fleet: FleetBuilder): ReturnType<App["up"]> {
    const app = await machine.open(fleet);
    return app.up((await app.select([])).local, machine.watch);
  }

  async function problems(fleet: FleetBuilder): ReturnType<App["images"]["pairProblems"]> {
    return (await machine.open(fleet)).images.pairProblems();
  }
});

function fleetWith(workers: string): FleetBuilder {
  const base = ["jupyterhub==5.5.4", "jupyterlab", "dask-gateway", "dask-gateway-server", "jupyterhub-idle-culler"];
  const requirements = (version: string): string =>
    [`distributed==${version}`, `dask==${version}`, ...base, ""].join("\n");
  return aFleet()
    .withPlatform({ images: { hub: "hub", notebook: "lab", worker: "worker" } })
    .withImage("worker", { role: "worker" })
    .withFile("images/lab/requirements.txt", requirements("2026.8.0"))
    .withFile("images/worker/requirements.txt", requirements(workers));
}

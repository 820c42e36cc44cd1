import { beforeEach, describe, expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import type { App } from "./use-cases.ts";
import type { Outcome } from "../apply/outcome.ts";
import { parseLock } from "../image/lock/parse-lock.ts";

const packages = ["jupyterhub-base", "jupyterlab", "dask-core", "distributed", "dask-gateway", "gdal"];

/** The notebook image out of an environment.yml, all of it from a channel. */
function fleetWith(text: string): FleetBuilder {
  return aFleet().without("images/lab/requirements.txt").withFile("images/lab/environment.yml", text);
}

const environmentFile = `channels: [lab]\ndependencies:\n${packages.map((name) => `  - ${name}\n`).join("")}`;

describe("a fleet with an image of conda packages", () => {
  let machine: PretendedMachine;
  let app: App;

  beforeEach(async () => {
    machine = aLocalWorld();
    const offered = [{ name: "python", version: "3.11.9" }, ...packages.map((name) => ({ name, version: "1.0" }))];
    machine.environments.channels.offer("lab", offered);
    app = await machine.open(fleetWith(environmentFile));
  });

  const up = async (): Promise<readonly Outcome[]> => app.up((await app.select([])).local, machine.watch);
  const plan = async (): Promise<readonly string[]> =>
    (await app.plan((await app.select([])).local)).waiting.flatMap(({ action, target, part, because }) =>
      target === "image/lab" ? [`${action} ${part}: ${because.join("; ")}`] : [],
    );
  const lock = async (): Promise<string> => (await machine.files.read("/fleet/images/lab/lock.txt")) ?? "";

  it("comes up from a lock with the channel's packages, and has nothing left to plan", async () => {
    expect(await plan()).toEqual(["create lock: it has no lock yet; used by alpha"]);

    expect((await up()).map(({ kind }) => kind)).toEqual(["changed"]);

    expect(parseLock(await lock()).conda.map(({ name }) => name)).toEqual([...packages, "python"].sort());
    expect(await lock()).toContain("# Written by hubfleet. Edit environment.yml instead");
    expect((await app.plan((await app.select([])).local)).changes).toEqual([]);
  });

  it("names the file that changed, and what its image lacks", async () => {
    await up();
    app = await machine.open(fleetWith(environmentFile.replace("  - jupyterlab\n", "")));

    expect(await plan()).toContain(
      "update lock: images/lab/environment.yml changed since it was locked; used by alpha",
    );
    const [outcome] = await up();
    expect(outcome).toMatchObject({
      kind: "failed",
      errors: [
        {
          code: "IMAGE_LACKS_PACKAGE",
          message: expect.stringContaining("lacks jupyterlab") as string,
          hint: "add it to images/lab/environment.yml",
        },
      ],
    });
  });

  it("gets a package by image add into its environment.yml, or stays as it was", async () => {
    await up();
    machine.environments.channels.offer("lab", [
      { name: "python", version: "3.11.9" },
      ...[...packages, "xarray"].map((name) => ({ name, version: "1.0" })),
    ]);
    const file = "/fleet/images/lab/environment.yml";

    const added = await app.images.add("lab", ["xarray"], machine.watch);
    const refused: unknown = await app.images.add("lab", ["xarrayy"], machine.watch).catch((error: unknown) => error);

    expect(added).toMatchObject({ file: "images/lab/environment.yml", changed: ["xarray"] });
    expect(parseLock(await lock()).conda.map(({ name }) => name)).toContain("xarray");
    expect(refused).toMatchObject({ code: "LOCK_FAILED" });
    expect(await machine.files.read(file)).toBe(environmentFile.replace("  - gdal\n", "  - gdal\n  - xarray\n"));
    const [image] = await app.images.describe(["lab"]);
    expect(image?.packages.find(({ name }) => name === "xarray")).toEqual({ name: "xarray", version: "1.0" });
  });

  it("builds again from the kept lock what was removed, also when the channel is gone", async () => {
    await up();
    const built = machine.environments.builds;
    for (const directory of built) await machine.files.remove(directory);
    machine.environments.channels.remove("lab");
    const before = built.length;

    await app.apply((await app.select([])).local, machine.watch);

    expect(machine.environments.builds.slice(before).toSorted()).toEqual(built.slice(0, before).toSorted());
  });

  it("does not read a comment in environment.yml as a change", async () => {
    await up();
    app = await machine.open(fleetWith(`# our packages\n${environmentFile}`));

    expect(await plan()).toEqual([]);
  });
});

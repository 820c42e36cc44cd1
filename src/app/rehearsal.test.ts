import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import type { App } from "./use-cases.ts";
import { fromUnknown } from "../errors/from-unknown.ts";
import { rehearsalUuid } from "../runtime/local/rehearsal.ts";

const uuid = "11111111-2222-4333-8444-555555555555";
const derived = rehearsalUuid(uuid);
const github = { kind: "github", clientId: "Iv1.0123456789abcdef" };
const digest = `registry.example.org/lab@sha256:${"0".repeat(64)}`;

const fleet = aFleet()
  .withPlatform({
    images: { hub: "hub", notebook: "lab" },
    access: { admins: ["ada"], users: ["grace"], groups: { teachers: ["grace"] } },
  })
  .withCluster("campus", { provider: "kubeconfig" })
  .withHub("alpha", { port: 18_000 })
  .withHub("climate", {
    cluster: "campus",
    domain: "climate.example.org",
    access: { login: github, organizations: ["example-lab"] },
    charts: { jupyterhub: { version: "4.3.0" } },
  })
  .withHub("ocean", { cluster: "campus", domain: "ocean.example.org", access: { login: github } });

describe("rehearsing a hub on this machine", () => {
  let machine: PretendedMachine;
  let real: App;
  let app: App;

  beforeEach(async () => {
    machine = aLocalWorld();
    real = await machine.open(fleet);
    await real.up((await real.select([])).local, machine.watch);
    app = await machine.open(fleet, { on: "local" });
  });

  const up = async (...targets: readonly string[]): Promise<unknown> =>
    app.up((await app.select(targets)).local, machine.watch);
  const kindsOf = (outcomes: unknown): unknown => (outcomes as readonly { kind: string }[]).map(({ kind }) => kind);
  const markers = (of: string): readonly string[] =>
    machine.processes.running().flatMap(({ marker }) => (marker.startsWith(`${of}/`) ? [marker] : []));

  it("brings up a hub of another cluster, with the fleet's lists and a password instead of its login", async () => {
    expect(kindsOf(await up("hub/climate"))).toEqual(["changed"]);

    const [status] = await app.status();
    expect(status).toMatchObject({
      hub: "climate",
      cluster: "campus",
      health: "healthy",
      url: "http://127.0.0.1:27000/climate/",
    });
    const [climate] = (await app.select([])).local;
    if (climate === undefined) throw new Error("climate is rehearsed");
    const login = await app.login(climate);
    expect(login).toMatchObject({ kind: "shared-password", user: "grace", admin: "ada" });
    expect(login.password).not.toBe("");
    const hub = machine.hubAt(27_000);
    expect([hub.logIn("grace"), hub.logIn("ada"), hub.logIn("mallory")]).toEqual([true, true, false]);
    expect((await app.plan([climate])).changes).toEqual([]);
  });

  it("is invisible to the commands about the real hubs, and they to it", async () => {
    await up("hub/climate", "hub/alpha");

    expect((await real.status()).map(({ hub, health }) => `${hub} ${health}`)).toEqual([
      "alpha healthy",
      "climate unknown",
      "ocean unknown",
    ]);
    expect((await app.status()).map(({ hub, url }) => `${hub} ${url}`)).toEqual([
      "alpha http://127.0.0.1:27000/alpha/",
      "climate http://127.0.0.1:27010/climate/",
    ]);
    expect(await real.present([])).toEqual(["alpha"]);
    expect((await real.plan((await real.select([])).local)).changes).toEqual([]);
    expect(markers(uuid).map((marker) => marker.split("/")[1])).toEqual(["alpha", "alpha", "alpha", "alpha"]);
    await expect(real.select(["hub/climate"])).rejects.toThrow("not on this machine");
  });

  it("does not come back when the machine is restarted", async () => {
    await up("hub/climate");

    expect([...machine.bootService.entries.keys()]).toEqual([`hubfleet-${uuid}`]);
  });

  it("keeps its ports, whatever else comes, and chooses none that anybody has", async () => {
    machine.processes.add({ command: "postgres", listens: [27_003] });
    await up("hub/climate");
    await up("hub/ocean");
    await up("hub/climate");

    const urls = async (): Promise<unknown> => (await app.status()).map(({ url }) => url);
    expect(await urls()).toEqual(["http://127.0.0.1:27010/climate/", "http://127.0.0.1:27020/ocean/"]);
    machine.processes.reboot();
    expect(kindsOf(await app.apply((await app.select([])).local, machine.watch))).toEqual(["changed", "changed"]);
    expect(await urls()).toEqual(["http://127.0.0.1:27010/climate/", "http://127.0.0.1:27020/ocean/"]);
  });

  it("takes live settings from the files, and ends with all that it had, others untouched", async () => {
    await up("hub/climate", "hub/ocean");
    const before = markers(uuid);
    const options = { deleteHomes: true, deleteEnvironments: false };

    await app.destroy(await app.present(["hub/climate"]), options, machine.watch);
    const left = Object.keys(machine.files.contents(`/state/fleets/${derived}`));
    expect(left.filter((path) => path.includes("climate"))).toEqual([]);
    expect((await app.status()).map(({ hub }) => hub)).toEqual(["ocean"]);
    await app.destroy(await app.present([]), options, machine.watch);

    expect(machine.files.contents(`/state/fleets/${derived}`)).toEqual({});
    expect(markers(derived)).toEqual([]);
    expect(markers(uuid)).toEqual(before);
    expect((await real.status())[0]).toMatchObject({ hub: "alpha", health: "healthy" });
  });

  it("checks a rehearsal, and not a hub that is not rehearsed", async () => {
    await up("hub/climate");
    const { local } = await app.select(["hub/climate", "hub/ocean"]);

    const verdicts = await Promise.all(
      local.map(async (hub) => (await app.check(hub, ["user"], machine.watch)).verdict),
    );

    expect(verdicts).toEqual(["passed", "failed"]);
  });

  it("counts what is exercised by what is written", async () => {
    const [climate] = (await app.select(["hub/climate"])).local;
    if (climate === undefined) throw new Error("there is a hub climate");

    const { approximated, listed } = app.carrying(climate);

    expect(approximated.map(({ setting }) => setting)).toEqual(
      expect.arrayContaining(["access.login.kind", "domain", "images.notebook"]),
    );
    expect(listed.map(({ setting }) => setting)).toEqual(
      expect.arrayContaining(["access.organizations", "charts.jupyterhub.version"]),
    );
  });

  it("builds an image that has requirements beside its address in a registry", async () => {
    app = await machine.open(fleet.withImage("lab", { from: digest }), { on: "local" });

    expect(kindsOf(await up("hub/climate"))).toEqual(["changed"]);
  });

  it("refuses an image that only a registry has, before anything is written, and says what to do", async () => {
    const without = fleet.withImage("lab", { from: digest }).without("images/lab/requirements.txt");
    app = await machine.open(without.without("hubs/alpha.yaml"), { on: "local" });

    const problems = fromUnknown(await up("hub/climate").catch((thrown: unknown) => thrown));

    expect(problems).toMatchObject([
      {
        code: "IMAGE_NOT_LOCAL",
        message: `hub "climate" cannot be rehearsed: its image "lab" is taken from "${digest}", and this machine runs hubs from requirements only`,
        hint: expect.stringContaining("write images/lab/requirements.txt") as string,
      },
    ]);
    expect(machine.files.contents(`/state/fleets/${derived}`)).toEqual({});
  });
});

import { describe, expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { onKubernetes } from "../../test/support/broken-hub-images.ts";
import { aLocalWorld } from "../../test/support/a-local-world.ts";
import type { App } from "./use-cases.ts";
import { HubfleetError, HubfleetErrors } from "../errors/hubfleet-error.ts";

const requirements = "/fleet/images/lab/requirements.txt";
const lock = "/fleet/images/lab/lock.txt";

async function locked(fleet: FleetBuilder = aFleet()): Promise<{ world: ReturnType<typeof aLocalWorld>; app: App }> {
  const world = aLocalWorld();
  const app = await world.open(fleet);
  await app.images.lock([], undefined, world.watch);
  return { world, app };
}

describe("an image's lock", () => {
  it("is missed at the image, with the command that makes it", async () => {
    const app = await aLocalWorld().open(aFleet());

    const problems = await app.images.lockProblems(["lab"]);

    expect(problems.map(({ code, at, hint }) => [code, at?.path, hint])).toEqual([
      ["LOCK_MISSING", "images/lab/requirements.txt", "run `hubfleet image lock lab` and commit images/lab/lock.txt"],
    ]);
  });

  it("is out of date at the line that it does not have", async () => {
    const { world, app } = await locked();
    const before = await world.files.read(requirements);
    await world.files.ensureFile(requirements, `# ours\nscipy>=1\n${before}`, 0o644);

    const [problem, ...others] = await app.images.lockProblems([]);

    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: "LOCK_STALE",
      at: { path: "images/lab/requirements.txt", line: 2, column: 1 },
    });
    expect(problem?.message).toContain('"scipy" is not in it');
  });

  it("is needed neither by an image from a registry nor by one with a Dockerfile alone", async () => {
    const { app } = await locked(
      aFleet()
        .withImage("taken", { from: `registry.example.org/x@sha256:${"0".repeat(64)}` })
        .without("images/taken/requirements.txt")
        .withFile("images/own/image.yaml", "version: 1\nrole: notebook\n")
        .withFile("images/own/Dockerfile", `FROM example.org/x@sha256:${"0".repeat(64)}\n`),
    );

    expect(await app.images.lockProblems([])).toEqual([]);
  });

  it("that does not fit its chart is made anew, and packages are added, whatever it says", async () => {
    const world = aLocalWorld();
    const broken = onKubernetes().withFile("images/k8s/lock.txt", "jupyterhub==5.5.4\n");
    const app = await world.open(broken);
    expect((await app.read()).problems.map(({ code }) => code)).toEqual(["HUB_IMAGE_MISMATCH"]);

    const outcomes = await app.images.lock(["k8s"], undefined, world.watch);
    const added = await (await world.open(broken)).images.add("lab", ["humanize"], world.watch);

    expect(outcomes).toMatchObject([{ target: "image/k8s", kind: "changed" }]);
    expect(added.changed).toEqual(["humanize"]);
  });

  it("of a variant is a file of its own", async () => {
    const { world, app } = await locked(
      aFleet()
        .withImage("lab", { variants: { next: { requirements: "next.txt" } } })
        .withFile("images/lab/next.txt", "dask\nscipy\n"),
    );

    const [next] = await app.images.describe(["image/lab/next"]);

    expect(next?.packages.map(({ name }) => name)).toEqual(["dask", "scipy"]);
    expect(await world.files.read("/fleet/images/lab/lock.next.txt")).toContain("scipy==");
    expect(await world.files.read(lock)).not.toContain("scipy==");
  });

  it("keeps versions until an upgrade is asked for, of one package or of all", async () => {
    const { world, app } = await locked();
    world.environments.publish("dask", "9.0");
    world.environments.publish("jupyterlab", "9.0");

    const kept = await app.images.lock(["lab"], undefined, world.watch);
    const one = await app.images.lock(["lab"], ["Dask"], world.watch);
    const all = await app.images.lock(["lab"], "all", world.watch);

    expect([kept, one, all].map(([outcome]) => outcome?.kind !== "failed" && outcome?.note)).toEqual([
      "images/lab/lock.txt is up to date",
      "dask 1.0 → 9.0",
      "jupyterlab 1.0 → 9.0",
    ]);
  });

  it("refuses to upgrade what no lock has", async () => {
    const { world, app } = await locked();

    await expect(app.images.lock([], ["dusk"], world.watch)).rejects.toMatchObject({
      code: "UNKNOWN_PACKAGE",
      hint: 'did you mean "dask"?',
    });
  });

  it("that fails leaves the others their locks", async () => {
    const world = aLocalWorld();
    const app = await world.open(aFleet());
    world.environments.failNext("lock", "no such package");

    const outcomes = await app.images.lock([], undefined, world.watch);

    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["changed", "failed"]);
  });
});

describe("image build", () => {
  it("builds from the locks as they are, once", async () => {
    const { world, app } = await locked();

    const first = await app.images.build([], world.watch);
    const second = await app.images.build([], world.watch);

    expect(first.map(({ kind }) => kind)).toEqual(["changed", "changed"]);
    expect(second.map(({ kind }) => kind)).toEqual(["unchanged", "unchanged"]);
    expect(world.environments.builds).toHaveLength(1); // two images with one lock share their environment
  });

  it("refuses every lock that does not fit, and builds nothing", async () => {
    const world = aLocalWorld();
    const app = await world.open(aFleet());

    const refused = await app.images.build([], world.watch).catch((thrown: unknown) => thrown);

    expect((refused as HubfleetErrors).problems.map(({ code }) => code)).toEqual(["LOCK_MISSING", "LOCK_MISSING"]);
    expect(world.environments.builds).toEqual([]);
  });
});

describe("image add", () => {
  it("declares, locks and builds", async () => {
    const { world, app } = await locked();

    const added = await app.images.add("lab", ["scipy"], world.watch);

    expect(added).toMatchObject({ target: "image/lab", changed: ["scipy"], present: [], difference: "+ scipy 1.0" });
    expect(await world.files.read(requirements)).toContain("\nscipy\n");
    expect(await world.files.exists(`${added.environment}/.complete`)).toBe(true);
    expect(await app.images.lockProblems(["lab"])).toEqual([]);
  });

  it("says how an address is written", async () => {
    const { world, app } = await locked();

    const refused = await app.images
      .add("lab", ["git+https://example.org/x@main"], world.watch)
      .catch((one: unknown) => one);

    expect((refused as HubfleetErrors).problems[0]?.hint).toContain("NAME @ git+https://");
  });

  it.each<[string, readonly string[], (world: ReturnType<typeof aLocalWorld>) => void, string]>([
    [
      "cannot be resolved",
      ["scipyy"],
      (world) => world.environments.failNext("lock", "no such package"),
      "LOCK_FAILED",
    ],
    ["is no requirement", ["two words"], () => undefined, "REQUIREMENT_INVALID"],
    ["breaks a rule of the fleet", ["x @ git+https://example.org/x@main"], () => undefined, "REQUIREMENT_NOT_PINNED"],
  ])("leaves no trace of what %s", async (_what, specifiers, prepare, code) => {
    const { world, app } = await locked();
    const before = [await world.files.read(requirements), await world.files.read(lock)];
    prepare(world);

    const thrown = await app.images.add("lab", specifiers, world.watch).catch((error: unknown) => error);

    const codes =
      thrown instanceof HubfleetErrors ? thrown.problems.map((one) => one.code) : [(thrown as HubfleetError).code];
    expect(codes).toEqual([code]);
    expect([await world.files.read(requirements), await world.files.read(lock)]).toEqual(before);
  });
});

describe("an image's container", () => {
  const base = `docker.io/library/python:3.11-slim@sha256:${"0".repeat(64)}`;

  it("is described with its base and platforms, or with why there is none", async () => {
    const platforms = ["linux/amd64", "linux/arm64"];
    const app = await aLocalWorld().open(
      aFleet()
        .withImage("lab", { base, platforms })
        .withImage("own")
        .withFile("images/own/Dockerfile", `FROM ${base}\n`),
    );

    expect((await app.images.describe([])).map(({ name, container }) => [name, container])).toEqual([
      ["hub", { dockerfile: null, base: null, platforms: ["linux/amd64"] }],
      ["lab", { dockerfile: "generated", base, platforms }],
      ["own", { dockerfile: "own", base: null, platforms: ["linux/amd64"] }],
    ]);
  });

  it("has a Dockerfile to show when the lock fits, without any builder", async () => {
    const { app } = await locked(aFleet().withImage("lab", { base }));
    const unlocked = await aLocalWorld().open(aFleet().withImage("lab", { base }));

    expect((await app.images.recipe("image/lab")).dockerfile).toContain("FROM docker.io/library/python@sha256:000");
    await expect(app.images.recipe("hub")).rejects.toMatchObject({ code: "BASE_MISSING" });
    await expect(unlocked.images.recipe("lab")).rejects.toMatchObject({ problems: [{ code: "LOCK_MISSING" }] });
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { answerAsHarness, answerAsPair } from "../../test/support/a-harness.ts";
import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import { listCommits } from "../adapters/state-ref/state-ref-memory.ts";
import type { Bundle } from "../bundle/bundle.ts";
import { HubfleetError, HubfleetErrors } from "../errors/hubfleet-error.ts";
import type { App } from "./use-cases.ts";

const dask = (version: string): string =>
  [
    ...[`dask==${version}`, `distributed==${version}`, "jupyterhub==5.5.4", "jupyterlab", "dask-gateway"],
    ...["dask-gateway-server", "jupyterhub-idle-culler", ""],
  ].join("\n");
const images = ["hub", "lab", "worker"];
const fleet = aFleet()
  .withPlatform({ images: { hub: "hub", notebook: "lab", worker: "worker" } })
  .withImage("worker", { role: "worker" })
  .withFile("images/lab/requirements.txt", dask("2026.8.0"))
  .withFile("images/worker/requirements.txt", dask("2026.8.0"));

describe("a patch of a bundle", () => {
  let machine: PretendedMachine;
  let app: App;
  let failing: Set<string>;
  let ran: string[];
  let tried: string[];
  let from: Bundle;

  beforeEach(async () => {
    machine = aLocalWorld();
    failing = new Set();
    ({ ran } = answerAsHarness(machine, failing));
    ({ tried } = answerAsPair(machine));
    app = await open(machine);
    from = (await app.bundles.create(machine.watch)).bundle;
    ran.length = 0;
    tried.length = 0;
  });

  /** A clone in which everything is locked and committed. */
  async function open(on: PretendedMachine, what: FleetBuilder = fleet): Promise<App> {
    await on.sources.git.initialize("/fleet");
    await (await on.open(what)).images.lock([], undefined, on.watch);
    let locked = what;
    for (const image of images) {
      const path = `images/${image}/lock.txt`;
      locked = locked.withFile(path, (await on.files.read(`/fleet/${path}`)) ?? "");
    }
    const opened = await on.open(locked);
    await on.sources.git.commitAll("/fleet", "all");
    return opened;
  }
  const edit = async (path: string, text: string, on = machine): Promise<void> =>
    void (await on.files.ensureFile(`/fleet/${path}`, text, 0o644));
  const commit = async (on = machine): Promise<unknown> => on.sources.git.commitAll("/fleet", "change");
  /** Changes an image's packages and locks them. */
  const change = async (image: string, requirements: string, on = machine, its = app): Promise<void> => {
    await edit(`images/${image}/requirements.txt`, requirements, on);
    await its.images.lock([image], undefined, on.watch);
  };
  const fix = async (on = machine, its = app): Promise<void> => {
    await change("hub", `${dask("2026.8.0")}oauthenticator==17.4.0\n`, on, its);
    await commit(on);
  };
  const patch = async (...only: string[]): ReturnType<App["bundles"]["patch"]> =>
    app.bundles.patch(from.id, only, machine.watch);
  const written = (): number => listCommits(machine.remote, machine.remote.tip).length;
  const problems = async (act: Promise<unknown>): Promise<readonly string[]> =>
    act.then(
      () => [],
      (thrown: unknown) =>
        (thrown instanceof HubfleetErrors ? thrown.problems : [thrown as HubfleetError]).map(
          ({ code, message }) => `${code} ${message}`,
        ),
    );
  const changedParts = (one: Bundle): readonly string[] =>
    Object.keys(one.parts).filter((part) => one.parts[part] !== from.parts[part]);

  it("carries the named image alone, tested, in one commit of the state", async () => {
    await edit("platform.yaml", stringify({ version: 1, images: { hub: "hub", notebook: "lab", worker: "worker" } }));
    await change("lab", `${dask("2026.8.0")}scipy\n`);
    await fix();

    const made = await patch("hub");

    expect(made).toMatchObject({
      kind: "made",
      ran: ["image/hub"],
      sentence: `differs from ${from.id} in image hub`,
      leftOut: [],
      bundle: { document: { patch: { from: { id: from.id }, only: ["image/hub"] }, parent: { id: from.id } } },
    });
    expect(changedParts(made.bundle)).toEqual(["image/hub"]);
    expect(made.bundle.document.settings).toEqual(from.document.settings);
    expect(made.passedBefore).toEqual(["image/lab", "image/worker", "pair/lab/worker"]);
    expect(tried).toEqual([]);
    expect(written()).toBe(2);
    const { checks } = await app.bundles.show(made.bundle.id, machine.watch.signal);
    expect(checks.missing).toEqual([]);
    const lock = made.bundle.document.images["hub"]?.lock?.slice("sha256:".length) ?? "";
    expect([...(listCommits(machine.remote, machine.remote.tip).at(-1)?.files.keys() ?? [])]).toContain(
      `locks/${lock}`,
    );
  });

  it("is the same when it is asked for twice, also from a later commit and in another clone", async () => {
    await fix();
    const first = await patch("hub");
    ran.length = 0;
    await edit("notes.md", "unrelated\n");
    await commit();
    machine.clock.advance(86_400_000);

    const second = await app.bundles.patch(from.id.split("-")[1]?.slice(0, 5) ?? "", ["hub", "hub"], machine.watch);
    const other = aLocalWorld({ remote: machine.remote });
    answerAsHarness(other, failing);
    const there = await open(other);
    await fix(other, there);
    const third = await there.bundles.patch(from.id, ["hub"], other.watch);

    expect([second, third]).toMatchObject(
      [first, first].map(({ bundle: { id } }) => ({ kind: "there", bundle: { id } })),
    );
    expect(second.sentence).toBe(`this patch of ${from.id} was made before; nothing was written`);
    expect([written(), ran]).toEqual([2, []]);
  });

  it("is one when two clones make it in the same moment", async () => {
    await fix();
    const other = aLocalWorld({ remote: machine.remote });
    const twin = answerAsHarness(other, failing);
    const there = await open(other);
    await fix(other, there);
    const run = machine.programs.run.bind(machine.programs);
    let first: Awaited<ReturnType<App["bundles"]["patch"]>> | undefined;
    Object.assign(machine.programs, {
      run: async (...words: Parameters<typeof run>) => {
        first ??= await there.bundles.patch(from.id, ["hub"], other.watch);
        return run(...words);
      },
    });

    const second = await patch("hub");

    expect(first?.kind).toBe("made");
    expect(second).toMatchObject({ kind: "there", bundle: { id: first?.bundle.id } });
    expect([ran.length > 0, twin.ran.length > 0, written()]).toEqual([true, true, 2]);
  });

  it("takes no notice of what else is half done, even where the fleet cannot be read for it, and says so", async () => {
    await fix();
    await edit("platform.yaml", "version: 1\nimages: {\n");
    await edit("images/lab/lock.txt", "half done\n");
    await edit("hubs/late.yaml", "version: 1\n");

    const made = await patch("hub");

    expect(made).toMatchObject({ kind: "made", leftOut: ["hubs/late.yaml", "images/lab/lock.txt", "platform.yaml"] });
    expect(changedParts(made.bundle)).toEqual(["image/hub"]);
  });

  it.each(["images/hub/requirements.txt", "images/hub/tests/test_new.py"])(
    "is not made while %s is not committed",
    async (path) => {
      await fix();
      await edit(path, `${(await machine.files.read(`/fleet/${path}`)) ?? ""}# half done\n`);

      expect((await problems(patch("hub")))[0]).toBe(`BUNDLE_UNCOMMITTED "${path}" is in no commit as it is now`);
      expect(written()).toBe(1);
    },
  );

  it("is not made when the image fails, and nothing is recorded", async () => {
    await fix();
    failing.add("imports");

    expect((await problems(patch("hub")))[0]).toMatch(/^BUNDLE_CHECK_FAILED image\/hub did not pass/);
    expect(written()).toBe(1);
  });

  it("tries a notebook image with the worker that runs, whatever the working tree has of it", async () => {
    await change("lab", `${dask("2026.8.0")}jupyterlab-git==0.51.2\n`);
    await change("worker", dask("2026.9.0"));
    await commit();
    const environmentOf = async (image: string): Promise<string> => {
      const report = await app.checkImage(image, { only: ["imports"], again: false }, machine.watch);
      return report.environment.replace(/.*\//, "");
    };
    const [lab, worker] = [await environmentOf("lab"), await environmentOf("worker")];

    const made = await patch("lab");

    expect(made.ran).toEqual(["image/lab", "pair/lab/worker"]);
    expect(tried).toHaveLength(1);
    expect(tried[0]).toContain(lab);
    expect(tried[0]).not.toContain(worker);
    expect(changedParts(made.bundle)).toEqual(["image/lab"]);
  });

  it.each([["lab"], ["worker"]])("is refused where only one half of a pair has another Dask: %s", async (image) => {
    await change("lab", dask("2026.9.0"));
    await change("worker", dask("2026.9.0"));
    await commit();

    const refused = await patch(image).catch((thrown: unknown) => thrown);

    expect(refused).toMatchObject({
      problems: [
        {
          code: "BUNDLE_CHECK_FAILED",
          message: expect.stringContaining("pair/lab/worker did not pass: pair/versions: dask 2026.") as string,
          hint: expect.stringContaining(`--only ${image === "lab" ? "lab,worker" : "worker,lab"}`) as string,
        },
      ],
    });
    expect([tried, written()]).toEqual([[], 1]);
    const both = await patch("lab", "worker");
    expect(both).toMatchObject({ kind: "made", ran: ["image/lab", "image/worker", "pair/lab/worker"] });
  });

  it.each([
    ["an image that the bundle does not have", ["hob"], /^PATCH_NOT_POSSIBLE bundle \S+ has no image "hob"$/],
    ["an image as it is already", ["lab"], /^PATCH_NOT_POSSIBLE image\/lab is what bundle \S+ has already$/],
    ["nothing", [], /^PATCH_NOT_POSSIBLE a patch replaces at least one image$/],
  ])("refuses %s", async (_, only, words) => {
    expect(await problems(patch(...only))).toEqual([expect.stringMatching(words)]);
    expect(await problems(app.bundles.patch("1999", only, machine.watch))).toEqual([
      expect.stringContaining("BUNDLE_UNKNOWN"),
    ]);
  });

  it("says the JupyterHub of its hub image, and keeps it where another image is replaced", async () => {
    await change("hub", dask("2026.8.0").replace("5.5.4", "5.5.5"));
    await change("lab", dask("2026.8.0").replace("5.5.4", "5.5.5"));
    await commit();

    const [hub, lab] = [await patch("hub"), await patch("lab")];

    expect([hub, lab].map(({ bundle: { document } }) => document.jupyterhub)).toEqual(["5.5.5", "5.5.4"]);
  });

  it("is not made where the lock of the other half is lost", async () => {
    await change("lab", `${dask("2026.8.0")}scipy\n`);
    await commit();
    const tip = machine.remote.commits.get(machine.remote.tip ?? "");
    const lost = `locks/${from.document.images["worker"]?.lock?.slice("sha256:".length) ?? ""}`;
    Object.assign(tip ?? {}, { files: new Map([...(tip?.files ?? [])].filter(([path]) => path !== lost)) });

    expect(await problems(patch("lab"))).toEqual([expect.stringMatching(/^PATCH_NOT_POSSIBLE the lock .*"worker"/)]);
  });

  it("is made after a kill at any call, once", { timeout: 60_000 }, async () => {
    let killed = 0;
    for (let call = 0; ; call += 4) {
      machine = aLocalWorld();
      answerAsHarness(machine, failing);
      answerAsPair(machine);
      app = await open(machine);
      from = (await app.bundles.create(machine.watch)).bundle;
      await fix();
      machine.faults.arm({ kind: "killed before", call });
      await patch("hub").catch(() => undefined);
      const hit = machine.faults.hit();
      machine.faults.arm(undefined);
      expect(written()).toBe(hit === undefined ? 2 : 1);

      expect((await patch("hub")).kind).toBe(hit === undefined ? "there" : "made");
      expect(written()).toBe(2);
      if (hit === undefined) break;
      killed += 1;
    }
    expect(killed).toBeGreaterThan(5);
  });

  it("is not what the next bundle follows: that is of everything that is committed", async () => {
    await fix();
    await patch("hub");
    await edit("notes.md", "more\n");
    await commit();

    const next = await app.bundles.create(machine.watch);

    expect(next.bundle.document.parent?.id).toBe(from.id);
    expect(next).toMatchObject({ ran: [], sentence: `differs from ${from.id} in image hub` });
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../../test/support/a-local-world.ts";
import type { App } from "../../app/use-cases.ts";

const uuid = "11111111-2222-4333-8444-555555555555";
const day = 86_400_000;
const environments = "/state/environments";

interface Brought {
  readonly machine: PretendedMachine;
  readonly app: App;
}

async function brought(): Promise<Brought> {
  const machine = aLocalWorld();
  const app = await machine.open(aFleet());
  await app.up((await app.select([])).local, machine.watch);
  return { machine, app };
}

async function addEnvironment({ files }: PretendedMachine, name: string, usedAt?: Date): Promise<void> {
  await files.ensureFile(`${environments}/${name}/bin/python`, "x".repeat(1_000), 0o755);
  await files.ensureFile(`${environments}/${name}/.complete`, "", 0o644);
  if (usedAt !== undefined) await files.ensureFile(`${environments}/${name}.used`, usedAt.toISOString(), 0o644);
}

const prune = async ({ app, machine }: Brought, isNow = false, isDryRun = false): ReturnType<App["prune"]> =>
  app.prune({ isDryRun, isNow }, machine.watch);
const keyOf = (index: number): string => String(index).padStart(32, "0123456789abcdef");

describe("prune", () => {
  it("removes nothing of a fleet that just came up, however much time passes", async () => {
    const one = await brought();
    const before = one.machine.files.contents();
    one.machine.clock.advance(1_000 * day);

    const { removed } = await prune(one, true);

    expect(removed).toEqual([]);
    const after = one.machine.files.contents();
    expect(Object.keys(before).filter((path) => after[path] === undefined)).toEqual([]);
  });

  it("keeps what a change replaced until its time is over, and then frees it", async () => {
    const one = await brought();
    one.machine.clock.advance(30 * day);
    let fleet = aFleet();
    for (const path of ["images/lab/requirements.txt", "images/hub/requirements.txt"]) {
      const text = fleet.files()[path];
      if (typeof text === "string") fleet = fleet.withFile(path, `${text}scipy==1.17.0\n`);
    }
    const app = await one.machine.open(fleet);
    await app.up((await app.select([])).local, one.machine.watch);
    one.machine.clock.advance(13 * day);
    const early = await prune({ ...one, app });

    one.machine.clock.advance(2 * day);
    const { removed } = await prune({ ...one, app });

    const both = [early.waiting, removed].map((things) => things.map(({ kind }) => kind));
    expect(early.removed.filter(({ kind }) => kind !== "lock")).toEqual([]);
    expect(both).toEqual([["environment"], ["environment"]]);
    expect(await one.machine.environments.isComplete(removed[0]?.path ?? "")).toBe(false);
  });

  it("removes what was fetched when it was not used for its time, and nothing else of the caches", async () => {
    const one = await brought();
    const paths = ["conda/archives/0a/x.conda", "conda/packages/x-1-0/f", "conda/repodata/y.json", "layers/z.json"];
    for (const [index, path] of paths.entries()) {
      await one.machine.files.ensureFile(`/state/cache/${path}`, "x".repeat(100), 0o644);
      const entry = `/state/cache/${path
        .split("/")
        .slice(0, path.startsWith("conda") ? 3 : 2)
        .join("/")}`;
      const age = (index % 2 === 0 ? 15 : 13) * day;
      one.machine.inspection.setFacts(entry, { modified: new Date(one.machine.clock.now().getTime() - age) });
    }

    const { removed, waiting } = await prune(one);

    const entries = (things: readonly { path: string }[]): readonly string[] => things.map(({ path }) => path);
    expect(entries(removed)).toEqual(["/state/cache/conda/archives/0a", "/state/cache/conda/repodata/y.json"]);
    expect(entries(waiting)).toEqual(["/state/cache/conda/packages/x-1-0", "/state/cache/layers/z.json"]);
    expect(await one.machine.files.exists("/state/cache/conda/archives/0a/x.conda")).toBe(false);
  });

  it("says what it would free and touches nothing in a dry run", async () => {
    const one = await brought();
    await addEnvironment(one.machine, keyOf(1), new Date(0));
    await addEnvironment(one.machine, keyOf(2), one.machine.clock.now());
    const before = one.machine.files.contents();

    const { removed, waiting } = await prune(one, false, true);

    expect(removed).toEqual([{ kind: "environment", path: `${environments}/${keyOf(1)}`, bytes: 1_000 }]);
    expect(waiting).toMatchObject([{ bytes: 1_000, until: "2026-12-05T09:00:00.000Z" }]);
    expect(one.machine.files.contents()).toEqual(before);
  });

  it("removes locks that no hub names, logs of servers long gone, and what killed commands left", async () => {
    const one = await brought();
    const { files, processes } = one.machine;
    const fleet = `/state/fleets/${uuid}`;
    const servers = `${fleet}/hubs/alpha/run/servers`;
    const goes = [
      ...[`${fleet}/locks/${"a".repeat(64)}.txt`, `${fleet}/locks/.b.txt.new`, `${servers}/grace.log`],
      ...[`${servers}/grace.log.1`, `${fleet}/hubs/alpha/data/.writing-x`, `${fleet}/.draft.json.new`],
      ...[`${environments}/${keyOf(3)}.building`, `${environments}/${keyOf(4)}.used`],
    ];
    for (const path of [...goes, `${servers}/ada.log`]) await files.ensureFile(path, "", 0o600);
    processes.add({ marker: `${uuid}/alpha/server/ada`, command: "python" });
    const before = Object.keys(files.contents()).filter((path) => !goes.includes(path));

    const { removed } = await prune(one);

    expect(removed.map(({ path }) => path).sort()).toEqual(goes.sort());
    expect(Object.keys(files.contents()).filter((path) => !path.endsWith(".used"))).toEqual(
      before.filter((path) => !path.endsWith(".used")),
    );
  });

  it("leaves a fleet that another command is changing, and says so", async () => {
    const one = await brought();
    const lock = `/state/fleets/${uuid}/locks/${"a".repeat(64)}.txt`;
    await one.machine.files.ensureFile(lock, "", 0o644);
    const release = one.machine.locks.holdElsewhere(`fleet/${uuid}`);

    expect(await prune(one)).toMatchObject({ removed: [], busy: [uuid] });
    release();

    expect((await prune(one)).removed.map(({ path }) => path)).toEqual([lock]);
  });

  it("removes nothing that somebody claims while it looks", async () => {
    const one = await brought();
    const path = `${environments}/${keyOf(1)}`;
    await addEnvironment(one.machine, keyOf(1), new Date(0));
    const { environments: port, files, clock } = one.machine;
    const remove = port.remove.bind(port);
    port.remove = async (directory, isUnused) => {
      await files.ensureFile(`${path}.used`, clock.now().toISOString(), 0o644);
      return remove(directory, isUnused);
    };

    expect((await prune(one)).removed).toEqual([]);

    expect(await port.isComplete(path)).toBe(true);
  });

  it("is done once a day by up and apply, quietly", async () => {
    const one = await brought();
    const hubs = (await one.app.select([])).local;
    await addEnvironment(one.machine, keyOf(1), new Date(0));
    await one.app.apply(hubs, one.machine.watch);
    expect(await one.machine.files.exists(`${environments}/${keyOf(1)}`)).toBe(true);

    one.machine.clock.advance(day);
    await one.app.apply(hubs, one.machine.watch);

    expect(await one.machine.files.exists(`${environments}/${keyOf(1)}`)).toBe(false);
    expect(one.machine.watch.events.filter(({ text }) => text.includes("tidied"))).toEqual([]);
  });

  /** Where something on a machine can name an environment. */
  const places = ["nothing", "draft", "applied", "current", "worker", "argument", "variable"] as const;
  const anEnvironment = fc.record({
    place: fc.constantFrom(...places),
    fleet: fc.constantFrom(uuid, "22222222-2222-4333-8444-555555555555"),
    root: fc.constantFrom("/state", "/other-state"),
    usedDaysAgo: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
    isHalf: fc.boolean(),
  });

  it(
    "never removes what something refers to, wherever that stands, and all that is long unused",
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anEnvironment, { maxLength: 8 }), fc.boolean(), async (all, isNow) => {
          const one = await brought();
          const { files, processes, clock } = one.machine;
          await files.ensureFile(`${environments}/.states/other`, "/other-state", 0o644);
          for (const [index, { place, fleet, root, usedDaysAgo, isHalf }] of all.entries()) {
            const path = `${environments}/${keyOf(index)}`;
            const usedAt = usedDaysAgo === undefined ? undefined : new Date(clock.now().getTime() - usedDaysAgo * day);
            await addEnvironment(one.machine, keyOf(index), usedAt);
            if (isHalf) await files.remove(`${path}/.complete`);
            const hub = `${root}/fleets/${fleet}/hubs/h${index}`;
            const text = JSON.stringify({ environment: path });
            const file = {
              ...{ draft: `${root}/fleets/f${index}/draft.json`, applied: `${hub}/run/applied.json` },
              ...{ current: `${hub}/run/current.json`, worker: `${hub}/run/worker-environments.json` },
            };
            if (place in file) await files.ensureFile(file[place as keyof typeof file], text, 0o600);
            if (place === "argument") processes.add({ command: `${path}/bin/python -m x` });
            if (place === "variable") {
              const spec = { marker: "x", argv: ["x"] as [string], environment: { PATH: `${path}/bin` } };
              processes.add({ spec: { ...spec, directory: "/", log: "/l", record: "/r", specDigest: "" } });
            }
          }

          const { removed } = await prune(one, isNow);

          const gone = new Set(removed.map(({ path }) => path));
          for (const [index, { place, usedDaysAgo, isHalf }] of all.entries()) {
            const path = `${environments}/${keyOf(index)}`;
            const isKept = !isHalf && place !== "nothing";
            const isOld = usedDaysAgo !== undefined && usedDaysAgo >= (isNow || isHalf ? 1 : 14);
            expect({ index, gone: gone.has(path) }).toEqual({ index, gone: isOld && !isKept });
            expect(await files.exists(path)).toBe(!gone.has(path));
          }
        }),
        { numRuns: 100 },
      );
    },
  );
});

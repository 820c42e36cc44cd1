import { beforeEach, describe, expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import type { App } from "./use-cases.ts";
import type { Outcome } from "../apply/outcome.ts";
import type { Plan } from "../plan/plan.ts";

const uuid = "11111111-2222-4333-8444-555555555555";
const hubs = `/state/fleets/${uuid}/hubs`;
const home = (hub: string): string => `${hubs}/${hub}/data/homes/grace/thesis.txt`;
const both = aFleet().withHub("beta", { port: 18_010 });
const renamed = (keys = {}): FleetBuilder =>
  both.without("hubs/alpha.yaml").withHub("research", { port: 18_000, ...keys });

let machine: PretendedMachine;
let app: App;

const open = async (fleet: FleetBuilder): Promise<void> => void (app = await machine.open(fleet));
const all = async (): ReturnType<App["select"]> => app.select([]);
const plan = async (remove = false): Promise<Plan> => app.plan((await all()).local, { remove });
const apply = async (remove = false): Promise<readonly Outcome[]> =>
  app.apply((await all()).local, machine.watch, undefined, { remove });
const brief = ({ changes, waiting, removals }: Plan): unknown =>
  [changes, waiting, removals].map((list) =>
    list.map(({ target, action, part, effect }) => `${target}: ${action} ${part} (${effect})`),
  );
const health = async (hub: string): Promise<string> => {
  const line = (await app.status()).find((one) => one.hub === hub);
  return `${line?.health}: ${line?.reason}`;
};

beforeEach(async () => {
  machine = aLocalWorld();
  await open(both);
  await app.up((await all()).local, machine.watch);
  await machine.files.ensureFile(home("alpha"), "mine", 0o600);
  machine.hubAt(18_000).startServer("grace", "standard");
  machine.processes.add({ marker: `${uuid}/alpha/server/grace`, command: "server of grace" });
});

describe("a hub whose file was renamed with renamedFrom", () => {
  it("is planned as one change that says what people feel, what is kept, and where it is written", async () => {
    await open(renamed({ renamedFrom: "alpha" }));

    const found = await plan();

    expect(brief(found)).toEqual([["hub/research: update name (servers end)"], [], []]);
    expect(found.changes[0]?.because).toEqual([
      "it is hub/alpha under a new name: homes, database, secrets and user ids are kept",
      "1 server ends",
      'basePath: "/alpha/" → "/research/"',
    ]);
    expect(found.changes[0]?.at).toMatchObject([{ path: "hubs/research.yaml", line: 5 }]);
    expect(await health("alpha")).toBe("healthy: it becomes hub/research with the next apply");
  });

  it("keeps homes, secrets, user ids and the other hub; the plan is empty then and says that the key may go", async () => {
    const secrets = await machine.files.read(`${hubs}/alpha/data/secrets.json`);
    const started = machine.processes.starts.length;
    await open(renamed({ renamedFrom: "alpha" }));

    await apply();

    expect(await machine.files.read(home("research"))).toBe("mine");
    expect(await machine.files.read(`${hubs}/research/data/secrets.json`)).toBe(secrets);
    expect(await machine.files.list(hubs)).toEqual(["beta", "research"]);
    const uids = JSON.parse((await machine.files.read("/state/uids.json")) ?? "") as unknown;
    expect(uids).toEqual({ version: 1, blocks: { [`${uuid}/beta`]: 1, [`${uuid}/research`]: 0 } });
    expect(machine.processes.starts.slice(started).every((marker) => marker.startsWith(`${uuid}/research/`))).toBe(
      true,
    );
    const after = await plan();
    expect(brief(after)).toEqual([[], [], []]);
    expect(after.remarks).toEqual([
      "hub/research has its new name on this machine; when it has it everywhere, `renamedFrom` can go from hubs/research.yaml",
    ]);
    await open(renamed());
    expect(await plan()).toMatchObject({ changes: [], waiting: [], remarks: [] });
  });

  it("keeps its address where that is written", async () => {
    await open(both.withHub("alpha", { port: 18_000, basePath: "/alpha/" }));
    await app.up((await all()).local, machine.watch);
    await open(renamed({ basePath: "/alpha/", title: "alpha", renamedFrom: "alpha" }));

    expect((await plan()).changes[0]?.because.some((words) => words.startsWith("basePath"))).toBe(false);
    await apply();

    expect(await app.status()).toMatchObject([
      { hub: "beta" },
      { hub: "research", url: "http://127.0.0.1:18000/alpha/" },
    ]);
    expect(brief(await plan())).toEqual([[], [], []]);
  });

  it("takes over from a hub that was taken down, whose homes were kept", async () => {
    await app.destroy(["alpha"], { deleteHomes: false, deleteEnvironments: false }, machine.watch);
    await open(renamed({ renamedFrom: "alpha" }));

    await app.up((await app.select(["hub/research"])).local, machine.watch);

    expect(await machine.files.read(home("research"))).toBe("mine");
    expect(await machine.files.exists(`${hubs}/alpha`)).toBe(false);
  });

  it("does not take over when the new name has homes of its own, and touches nothing", async () => {
    await machine.files.ensureFile(home("research"), "another", 0o600);
    await open(renamed({ renamedFrom: "alpha" }));

    const outcomes = await apply();

    expect(outcomes.find(({ target }) => target === "hub/research")).toMatchObject({
      kind: "failed",
      errors: [{ code: "RENAME_CLASH" }],
    });
    expect([await machine.files.read(home("alpha")), await machine.files.read(home("research"))]).toEqual([
      "mine",
      "another",
    ]);
    expect(await health("alpha")).toContain("healthy");
  });

  it("is held back by a saved plan when something happened to it since", async () => {
    await open(renamed({ renamedFrom: "alpha" }));
    const saved = await plan();
    machine.processes.crash(`${uuid}/alpha/culler`);

    const outcomes = await app.apply((await all()).local, machine.watch, saved);

    expect(outcomes.find(({ target }) => target === "hub/research")).toMatchObject({ kind: "held" });
    expect(await machine.files.exists(home("alpha"))).toBe(true);
  });
});

describe("a hub whose file is gone", () => {
  it("is planned apart, with what it would mean, and left as it runs by apply and up", async () => {
    await open(both.without("hubs/alpha.yaml"));

    const found = await plan();
    await apply();
    await app.up((await all()).local, machine.watch);

    expect(brief(found)).toEqual([[], [], ["hub/alpha: delete hub (servers end)"]]);
    expect(found.removals[0]?.because).toEqual([
      "hubs/alpha.yaml is not there any more",
      "1 server ends",
      "homes, shared directories, database and secrets are kept",
    ]);
    expect(await health("alpha")).toContain("healthy: no file of the fleet describes it any more");
  });

  it("is said to be perhaps the one that came, when its file was renamed without renamedFrom", async () => {
    await open(renamed());

    const { removals } = await plan();

    expect(removals[0]?.because.at(-1)).toBe(
      "if hub/research is this hub under a new name: renamedFrom: alpha in hubs/research.yaml",
    );
  });

  it("is taken down when that is asked for: a tombstone, which its file brings back with its homes", async () => {
    await open(both.without("hubs/alpha.yaml"));
    expect(brief(await plan(true))).toEqual([["hub/alpha: delete hub (servers end)"], [], []]);

    const outcomes = await apply(true);

    expect(outcomes.map(({ target, kind }) => `${target} ${kind}`).sort()).toEqual([
      "hub/alpha changed",
      "hub/beta unchanged",
    ]);
    expect(machine.processes.running().filter(({ marker }) => marker.startsWith(`${uuid}/alpha/`))).toEqual([]);
    expect(await machine.files.read(home("alpha"))).toBe("mine");
    expect(brief(await plan())).toEqual([[], [], []]);
    expect(brief(await plan(true))).toEqual([[], [], []]);
    expect(await health("alpha")).toContain("removed: taken down, its homes and database kept");

    await open(both);
    await app.up((await all()).local, machine.watch);
    expect(await machine.files.read(home("alpha"))).toBe("mine");
    expect(await health("alpha")).toBe("healthy: ");
  });

  it("goes with its homes when destroy is told so", async () => {
    await open(both.without("hubs/alpha.yaml"));
    await apply(true);

    await app.destroy(
      await app.present(["hub/alpha"]),
      { deleteHomes: true, deleteEnvironments: false },
      machine.watch,
    );

    expect((await app.status()).map(({ hub }) => hub)).toEqual(["beta"]);
  });

  it("is taken down by a saved plan that says so, unless it changed since or its file came back", async () => {
    await open(both.without("hubs/alpha.yaml"));
    const [saved, without] = [await plan(true), await plan()];
    await app.apply((await all()).local, machine.watch, without);
    expect(await health("alpha")).toContain("healthy");

    machine.processes.crash(`${uuid}/alpha/culler`);
    const held = await app.apply((await all()).local, machine.watch, saved);
    expect(held.find(({ target }) => target === "hub/alpha")).toMatchObject({ kind: "held" });

    await app.apply((await all()).local, machine.watch, await plan(true));
    expect(await health("alpha")).toContain("removed");
  });
});

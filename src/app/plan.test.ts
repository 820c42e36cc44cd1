import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import type { App } from "./use-cases.ts";
import type { Plan } from "../plan/plan.ts";

const planAll = async (app: App): Promise<Plan> => app.plan((await app.select([])).local);
const upAll = async (app: App, { watch }: PretendedMachine): Promise<unknown> =>
  app.up((await app.select([])).local, watch);

/** Hubs of a generated fleet, four to a group, so that an edit reaches one, some or all of them. */
const count = 12;
function aFleetWith(edit: Edit | undefined): FleetBuilder {
  const group = (name: string): Readonly<Record<string, unknown>> => ({
    environment: { GROUP: edit?.kind === "group" && edit.name === name ? edit.value : "same" },
  });
  let fleet = aFleet()
    .withPlatform({
      images: { hub: "hub", notebook: "lab" },
      access: { admins: ["ada"], users: ["grace"] },
      announcement: edit?.kind === "platform" ? edit.value : "same",
    })
    .withGroup("one", group("one"))
    .withGroup("two", group("two"))
    .withGroup("three", group("three"));
  for (let index = 0; index < count; index++) {
    const name = `hub-${index}`;
    const isEdited = edit?.kind === "hub" && edit.name === name;
    if (edit?.kind === "deletion" && edit.name === name) continue;
    const isRenamed = edit?.kind === "rename" && edit.name === name;
    fleet = fleet.withHub(isRenamed ? edit.to : name, {
      ...(isRenamed && edit.isSaid ? { renamedFrom: name } : {}),
      port: 20_000 + index * 10,
      groups: [["one", "two", "three"][index % 3] ?? "one"],
      ...(isEdited && edit.key === "title" ? { title: edit.value } : {}),
      ...(isEdited && edit.key === "announcement" ? { announcement: `${edit.value}!` } : {}),
    });
  }
  return fleet;
}

type Edit =
  | { readonly kind: "platform"; readonly value: string }
  | { readonly kind: "group"; readonly name: string; readonly value: string }
  | { readonly kind: "deletion"; readonly name: string }
  | { readonly kind: "rename"; readonly name: string; readonly to: string; readonly isSaid: boolean }
  | {
      readonly kind: "hub";
      readonly name: string;
      readonly key: "title" | "announcement" | "comment";
      readonly value: string;
    };

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const aHub = fc.integer({ min: 0, max: count - 1 }).map((index) => `hub-${index}`);
const anEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant("deletion" as const), name: aHub }),
  fc.record({
    kind: fc.constant("rename" as const),
    name: aHub,
    to: word.map((name) => `new-${name}`),
    isSaid: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("platform" as const), value: word }),
  fc.record({ kind: fc.constant("group" as const), name: fc.constantFrom("one", "two", "three"), value: word }),
  fc.record({
    kind: fc.constant("hub" as const),
    name: aHub,
    key: fc.constantFrom("title" as const, "announcement" as const, "comment" as const),
    value: word,
  }),
);

describe("a plan", () => {
  it("names exactly the hubs whose settings an edit changes", { timeout: 120_000 }, async () => {
    const machine = aLocalWorld();
    const before = aFleetWith(undefined);
    await upAll(await machine.open(before), machine);
    const written = before.build().hubs;

    await fc.assert(
      fc.asyncProperty(anEdit, async (edit) => {
        const after = aFleetWith(edit);
        const { hubs } = after.build();
        const changed = [...hubs].filter(([name, hub]) => JSON.stringify(hub) !== JSON.stringify(written.get(name)));

        const plan = await planAll(await machine.open(after));

        const gone = [...written.keys()].filter((name) => !hubs.has(name) && !(edit.kind === "rename" && edit.isSaid));
        const planned = new Set([...plan.changes, ...plan.waiting].map(({ target }) => target.replace("hub/", "")));
        expect([...planned].sort()).toEqual(changed.map(([name]) => name).sort());
        expect(plan.removals.map(({ target }) => target)).toEqual(gone.map((name) => `hub/${name}`));
      }),
      { numRuns: 1_000 },
    );
  });

  it("looks at the machine's processes once and reads each lock once, however many hubs there are", async () => {
    const machine = aLocalWorld();
    const app = await machine.open(aFleetWith(undefined));
    await upAll(app, machine);
    const [find, read] = [vi.spyOn(machine.processes, "findMarked"), vi.spyOn(machine.files, "read")];

    await planAll(app);

    expect(find).toHaveBeenCalledTimes(1);
    const locks = read.mock.calls.map(([path]) => path).filter((path) => path.includes("/locks/"));
    expect(locks).toHaveLength(new Set(locks).size);
  });

  it("that was saved is done for the hubs that are as they were, and held back for the others", async () => {
    const machine = aLocalWorld();
    const fleet = aFleet().withHub("beta", { port: 18_010 });
    await upAll(await machine.open(fleet), machine);
    const app = await machine.open(
      fleet.withPlatform({ images: { hub: "hub", notebook: "lab" }, access: { admins: ["ada"] } }),
    );
    const saved = await planAll(app);
    await app.savePlan(saved, "/plans/plan.json");
    const beta = machine.processes.running().find(({ marker }) => marker.endsWith("/beta/culler"));
    machine.processes.crash(beta?.marker ?? "");

    const outcomes = await app.apply(
      (await app.select([])).local,
      machine.watch,
      await app.loadPlan("/plans/plan.json"),
    );

    expect(outcomes.map(({ target, kind }) => `${target} ${kind}`).sort()).toEqual([
      "hub/alpha changed",
      "hub/beta held",
    ]);
    expect((await planAll(app)).changes.every(({ target }) => target === "hub/beta")).toBe(true);
  });

  it.each([
    ["nothing", undefined],
    ["no JSON", "{"],
    ["another version", JSON.stringify({ version: 2, fleet: "first-fleet" })],
    ["another fleet", JSON.stringify({ version: 1, fleet: "other", fingerprints: {} })],
  ])("is refused from a file that holds %s", async (_, text) => {
    const machine = aLocalWorld();
    const app = await machine.open(aFleet());
    if (text !== undefined) await machine.files.ensureFile("/plans/plan.json", text, 0o644);

    await expect(app.loadPlan("/plans/plan.json")).rejects.toMatchObject({ code: "PLAN_INVALID" });
  });
});

import { describe, expect, it } from "vitest";

import { aPromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import { aTwoStageFleet, overview, stagesOf } from "../../test/support/a-two-stage-fleet.ts";

const hours = 3_600_000;

describe("what gates say in the status", () => {
  it.each<[string, object, object]>([
    ["nothing is asked", {}, {}],
    ["a week of soak and use is asked", { soak: { minimum: "7d", observeEvery: "1h", exposure: { spawns: 20 } } }, {}],
    [
      "people are asked",
      {},
      {
        signoffs: [{ role: "approver", count: 1 }],
        checklist: [{ name: "plots", text: "Draw the maps" }],
        freeze: [{ from: "2026-11-20", to: "2026-11-23", timezone: "UTC", reason: "exam week" }],
      },
    ],
    ["it expires", {}, { expires: "1h" }],
  ])("is what `promote` would say, where %s", async (_, staging, production) => {
    const people = [{ id: "ada", roles: ["operator", "approver"] }];
    const fleet = await aPromotingFleet(aTwoStageFleet(staging, production, { people }));
    const id = await fleet.bundleWith({});
    await fleet.promote(id, "staging");
    fleet.machine.clock.advance(hours);

    const next = (await stagesOf(fleet)).stages[0]?.next;
    const plan = await fleet.app().promotions.plan({ bundle: id, stage: "production" }, fleet.machine.watch);

    expect(next?.gate).toEqual({ kind: "judged", verdict: plan.verdict });
  });

  it("has how far a bundle has soaked", async () => {
    const soak = { minimum: "7d", observeEvery: "1h", exposure: { spawns: 20 } };
    const fleet = await aPromotingFleet(aTwoStageFleet({ soak }));
    await fleet.promote(await fleet.bundleWith({}), "staging");

    const told = (await stagesOf(fleet)).stages[0]?.next?.soak;

    expect(told).toEqual({ sentence: "0 s of 7 d, 0 of 20 spawns", leftMilliseconds: 7 * 24 * hours, isDone: false });
  });

  it("asks for a second person after broken glass, in a team", async () => {
    const soak = { minimum: "7d", observeEvery: "1h" };
    const team = { team: { size: 3 }, people: [{ id: "ada", roles: ["operator"] }] };
    const fleet = await aPromotingFleet(aTwoStageFleet({ soak }, {}, team));
    const id = await fleet.bundleWith({});
    await fleet.promote(id, "staging");
    await fleet.promote(id, "production", "maps are blank");

    const { brokenGlass } = await stagesOf(fleet);

    expect(brokenGlass).toMatchObject([{ bundle: id, stage: "production", reason: "maps are blank" }]);
  });
});

describe("drafts in the status", () => {
  it("are told beside the bundle, on hubs of stages that take them", async () => {
    const fleet = await aPromotingFleet(aTwoStageFleet({ iterate: true }));
    const id = await fleet.bundleWith({ environment: { REGION: "north" } });
    await fleet.promote(id, "staging");
    fleet.machine.clock.advance(hours);
    await fleet.edit(
      "platform.yaml",
      "version: 1\nimages: { hub: hub, notebook: lab }\nenvironment: { REGION: south }\n",
    );
    const app = fleet.app();
    await app.up((await app.select(["hub/alpha"])).local, fleet.machine.watch);

    const [staging] = (await stagesOf(fleet)).stages;

    expect(staging?.off).toMatchObject([
      { hub: "alpha", kind: "draft", runs: "draft", next: "hubfleet rollback hub/alpha" },
    ]);
    expect((await overview(fleet)).hubs[0]).not.toHaveProperty("bundle");
  });
});

describe("bundles", () => {
  it("are listed with where they are, and shown with what keeps them from the next stage", async () => {
    const fleet = await aPromotingFleet(aTwoStageFleet());
    const signal = fleet.machine.watch.signal;
    const one = await fleet.bundleWith({ environment: { REGION: "north" } });
    await fleet.promote(one, "staging");
    await fleet.promote(one, "production");
    const two = await fleet.bundleWith({ environment: { REGION: "south" } });
    fleet.machine.hubSessions.break("startKernel", "no kernel");
    await fleet.promote(two, "staging");

    const { bundles, places } = await fleet.app().bundles.list(signal);
    const [last, first] = [await fleet.app().bundles.show(two, signal), await fleet.app().bundles.show(one, signal)];

    const told = new Map(bundles.map(({ id, digest }) => [id, places.get(digest)]));
    expect(told).toEqual(
      new Map([
        [two, ["staging"]],
        [one, ["production", "hub/alpha"]],
      ]),
    );
    expect(first.whereabouts).toEqual({ places: ["production", "hub/alpha"], next: undefined });
    expect(last.whereabouts).toMatchObject({
      places: ["staging"],
      next: { stage: "production", gate: { verdict: { kind: "blocked" } } },
    });
  });
});

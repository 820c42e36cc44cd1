import { beforeEach, describe, expect, it } from "vitest";

import { createStateCloneMemory, createStateRefMemory } from "../adapters/state-ref/state-ref-memory.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import { aTwoStageFleet, overview, stagesOf } from "../../test/support/a-two-stage-fleet.ts";

const hours = 3_600_000;

/** Writes to the state from another clone. */
async function tamper(fleet: PromotingFleet, path: string, text: string): Promise<void> {
  const state = createStateRefMemory({
    clone: createStateCloneMemory(fleet.machine.remote),
    clock: fleet.machine.clock,
    attempts: 1,
    delayMilliseconds: () => 0,
    beforeStep: async () => {},
  });
  await state.commit(() => ({ write: new Map([[path, text]]) }), { message: "tamper" });
}

describe("the stages of a fleet", () => {
  let fleet: PromotingFleet;

  beforeEach(async () => {
    fleet = await aPromotingFleet(aTwoStageFleet());
  });

  it("are not told of where no bundle was ever made", async () => {
    const { hubs, stages } = await overview(fleet);

    expect(stages).toBeUndefined();
    expect(hubs.map(({ hub }) => hub)).toEqual(["alpha", "beta"]);
    expect(hubs.some((hub) => "bundle" in hub)).toBe(false);
    expect(await fleet.app().why("alpha")).not.toHaveProperty("bundles");
  });

  it("name a bundle that none of them has, and the command for it", async () => {
    const id = await fleet.bundleWith({ environment: { REGION: "north" } });

    const { newest, stages } = await stagesOf(fleet);

    expect(newest).toMatchObject({ id, next: { to: "staging", gate: { verdict: { kind: "open" } } } });
    expect(stages.map(({ bundle, next }) => [bundle, next])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it("tell where bundles are, and hubs what they run", async () => {
    const id = await fleet.bundleWith({});
    await fleet.promote(id, "staging");

    const { newest, stages } = await stagesOf(fleet);

    expect(newest).toBeUndefined();
    expect(stages).toMatchObject([
      {
        stage: "staging",
        bundle: { id },
        progress: { sentence: "stage staging stands at 1 of 1 hub" },
        goingOn: undefined,
        next: { bundle: id, to: "production", gate: { verdict: { kind: "open" } } },
        off: [],
      },
      { stage: "production", bundle: undefined, next: undefined },
    ]);
    expect((await overview(fleet)).hubs.map(({ bundle }) => bundle)).toEqual([id, undefined]);
  });

  it("tell of a hub that ran a draft of the same that it runs the bundle now", async () => {
    const app = fleet.app();
    await app.up((await app.select(["hub/alpha"])).local, fleet.machine.watch);
    const id = await fleet.bundleWith({ access: { admins: ["ada"], users: ["grace"] } });
    await fleet.promote(id, "staging");

    const [alpha] = (await overview(fleet)).hubs;
    const [staging] = (await stagesOf(fleet)).stages;

    expect(alpha?.bundle).toBe(id);
    expect(staging?.off).toEqual([]);
    await app.apply((await app.select(["hub/alpha"])).local, fleet.machine.watch);
    expect((await overview(fleet)).hubs[0]?.since).toBe(alpha?.since);
  });

  it("name a hub that went back, with what its check said, also to `why`", async () => {
    const good = await fleet.bundleWith({ environment: { REGION: "north" } });
    await fleet.promote(good, "staging");
    const bad = await fleet.bundleWith({ environment: { REGION: "south" } });
    fleet.machine.hubSessions.break("startKernel", "no kernel");
    await fleet.promote(bad, "staging");

    const [staging] = (await stagesOf(fleet)).stages;
    const { bundles = [] } = await fleet.app().why("alpha");

    expect(staging?.progress?.sentence).toBe("stage staging stands at 0 of 1 hub, 1 failed: alpha, stopped");
    expect(staging?.goingOn).toMatchObject({ verdict: { kind: "open" } });
    const words = `did not do well with ${bad}, and runs ${good}: kernel: no kernel`;
    expect(staging?.off).toMatchObject([{ hub: "alpha", kind: "failed", runs: good, words }]);
    expect(bundles).toMatchObject([
      {
        kind: "failed",
        words: expect.stringContaining(words),
        next: [expect.stringContaining("--on local"), `hubfleet bundle show ${bad}`],
      },
    ]);
  });

  it("show holds as long as they stand, also to `why`", async () => {
    const id = await fleet.bundleWith({});
    await fleet.promote(id, "staging");
    const until = new Date(fleet.machine.clock.now().getTime() + 2 * hours);
    const { watch, clock } = fleet.machine;
    await fleet.app().promotions.hold({ target: "stage/production", reason: "exam week", until }, watch);
    await fleet.app().promotions.hold({ target: "hub/alpha", reason: "a talk", until }, watch);

    const [staging, production] = (await stagesOf(fleet)).stages;
    const { bundles = [] } = await fleet.app().why("beta");

    expect(staging?.holds).toMatchObject([{ target: "hub/alpha", reason: "a talk" }]);
    expect(production?.holds).toMatchObject([{ target: "stage/production", reason: "exam week" }]);
    expect(staging?.next?.gate).toMatchObject({ verdict: { kind: "blocked", reasons: [{ code: "held" }] } });
    expect(bundles.map(({ kind, next }) => [kind, ...next])).toEqual([
      ["hold", "hubfleet resume stage/production"],
      ["coming", `hubfleet promote ${id} --to production --plan`],
    ]);
    clock.advance(2 * hours);
    expect((await stagesOf(fleet)).stages.flatMap(({ holds }) => holds)).toEqual([]);
  });

  it("tell what no bundle has yet", async () => {
    const id = await fleet.bundleWith({ environment: { REGION: "north" } });
    expect((await stagesOf(fleet)).unreleased).toBeUndefined();

    await fleet.edit(
      "platform.yaml",
      "version: 1\nimages: { hub: hub, notebook: lab }\nenvironment: { REGION: south }\n",
    );
    const edited = (await stagesOf(fleet)).unreleased;
    await fleet.commit();
    const committed = (await stagesOf(fleet)).unreleased;

    expect(edited).toMatchObject({ since: id, isUncommitted: true });
    expect(committed).toMatchObject({
      settings: expect.arrayContaining(["platform: environment.REGION"]),
      commits: 1,
      isUncommitted: false,
    });
  });

  it("are those that this clone knows when the remote is not reached", async () => {
    const id = await fleet.bundleWith({});
    await fleet.promote(id, "staging");
    fleet.machine.remote.isReachable = false;

    const { stages, standing } = await stagesOf(fleet);

    expect(stages[0]?.bundle?.id).toBe(id);
    expect(standing.reach.kind).toBe("stale");
  });

  it("are unknown, in a line, when the state cannot be read, and the hubs are shown", async () => {
    await fleet.promote(await fleet.bundleWith({}), "staging");
    await tamper(fleet, "deployed.yaml", "version: 9\n");

    const { hubs, stages } = await overview(fleet);

    expect(hubs[0]?.health).toBe("healthy");
    expect(stages).toEqual({
      kind: "unknown",
      remark: expect.stringMatching(/^what stages are to run is not known: DEPLOYED_TOO_NEW, /),
    });
    expect((await fleet.app().why("alpha")).bundles).toMatchObject([{ kind: "unknown" }]);
  });

  it("say with `promote` that damaged evidence opens no gate", async () => {
    const id = await fleet.bundleWith({});
    await fleet.promote(id, "staging");
    await tamper(fleet, "evidence/00/0000.json", "{}\n");

    const [staging] = (await stagesOf(fleet)).stages;

    expect(staging?.next?.gate).toMatchObject({ kind: "refused", problems: [{ code: "RECORD_DAMAGED" }] });
    await expect(fleet.promote(id, "production")).rejects.toMatchObject({ problems: [{ code: "RECORD_DAMAGED" }] });
  });
});

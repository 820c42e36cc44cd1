import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import type { Hub } from "../fleet/fleet.ts";
import { readDraft } from "../operate/draft-store.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";

const uuid = "11111111-2222-4333-8444-555555555555";
const two = aFleet()
  .withFleet({ stages: [{ name: "staging" }, { name: "production" }] })
  .without("hubs/alpha.yaml")
  .withHub("alpha", { port: 18_000, stage: "staging", dask: { enabled: false } })
  .withHub("beta", { port: 18_010, stage: "production", dask: { enabled: false } });

describe("a bundle", () => {
  let fleet: PromotingFleet;

  beforeEach(async () => {
    fleet = await aPromotingFleet(two);
  });

  it("moves into a stage, hub by hub, each checked, and from there into the next", async () => {
    const id = await fleet.bundleWith({ environment: { REGION: "north" } });

    const first = await fleet.promote(id, "staging");
    const second = await fleet.promote(id, "production");

    expect(first).toMatchObject({ kind: "entered", results: [{ hub: "alpha", kind: "done" }], stopped: undefined });
    expect(second).toMatchObject({ kind: "entered", results: [{ hub: "beta", kind: "done" }] });
    expect(fleet.deployed()).toMatchObject({
      stages: { staging: { id, hubs: { alpha: "done" } }, production: { id, hubs: { beta: "done" } } },
      hubs: { alpha: { id }, beta: { id } },
    });
    expect(await fleet.runs("beta")).toContain(id);
    const uids = JSON.parse((await fleet.machine.files.read("/state/uids.json")) ?? "{}") as { blocks: object };
    expect(Object.keys(uids.blocks)).toEqual(expect.arrayContaining([`${uuid}/alpha`, `${uuid}/beta`]));
  });

  it("does not enter a stage whose earlier one did not pass it, and nothing is changed", async () => {
    const id = await fleet.bundleWith({});

    const refused = await fleet.promote(id, "production");

    expect(refused).toMatchObject({ kind: "blocked", results: [] });
    expect(refused.verdict.kind === "blocked" && refused.verdict.reasons.map(({ code }) => code)).toEqual([
      "check-missing",
      "not-seen",
    ]);
    expect(fleet.deployed().stages).toEqual({});
  });

  it("that does not do well goes back by itself, to the bundle before", async () => {
    const good = await fleet.bundleWith({ environment: { REGION: "north" } });
    await fleet.promote(good, "staging");
    const bad = await fleet.bundleWith({ environment: { REGION: "south" } });
    fleet.machine.hubSessions.break("startKernel", "no kernel");

    const failed = await fleet.promote(bad, "staging");

    expect(failed.results).toMatchObject([{ hub: "alpha", kind: "failed", backTo: good }]);
    expect(fleet.deployed()).toMatchObject({
      stages: { staging: { id: bad, hubs: { alpha: "failed" } } },
      hubs: { alpha: { id: good } },
    });
    expect(await fleet.runs("alpha")).toContain(good);
  });
});

describe("a hubfleet that was upgraded", () => {
  it("reaches hubs in a bundle, as all else does", async () => {
    const fleet = await aPromotingFleet(two);
    const { files } = fleet.machine;
    const before = await fleet.bundleWith({});
    await fleet.promote(before, "staging");
    const selected = async (): Promise<readonly Hub[]> => (await fleet.app().select([])).local;
    await files.ensureFile("/package/assets/python/hubfleet_local/__init__.py", "new = True", 0o644);

    const idle = await fleet.app().plan(await selected());
    const further = await fleet.promote(before, "production");
    const after = await fleet.bundleWith({});
    await fleet.promote(after, "staging");

    expect(idle.changes).toEqual([]);
    expect(further).toMatchObject({ kind: "entered", results: [{ hub: "beta", kind: "done" }] });
    expect(after).not.toBe(before);
    const { hubs } = await readDraft(uuid, fleet.machine);
    expect(hubs["alpha"]?.code).toMatch(/^\/state\/runtime\/[0-9a-f]{16}$/);
    expect(hubs["beta"]?.code).not.toBe(hubs["alpha"]?.code);
  });
});

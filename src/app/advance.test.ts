import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import type { AdvancedFleet } from "./promotion-use-cases.ts";

const hour = 3_600_000;
const day = 24 * hour;
const notify = [{ command: ["tell"] }];
const two = (staging: object, production: object = {}): ReturnType<typeof aFleet> =>
  aFleet()
    .without("hubs/alpha.yaml")
    .withFleet({
      notify,
      stages: [
        { name: "staging", ...staging },
        { name: "production", ...production },
      ],
    })
    .withHub("alpha", { port: 18_000, stage: "staging", dask: { enabled: false } })
    .withHub("beta", { port: 18_010, stage: "production", dask: { enabled: false } });

describe("advance", () => {
  let fleet: PromotingFleet;
  const advance = async (): Promise<AdvancedFleet> => fleet.app().promotions.advance(fleet.machine.watch);
  const moves = async (): Promise<readonly string[]> =>
    (await advance()).promotions.map(({ stage, kind, bundle }) => `${kind} ${stage} ${bundle.id}`);
  const observations = (hub: string): number =>
    fleet.records().filter(({ record }) => record.kind === "observation" && record.subject.hub === hub).length;
  const told = (): readonly string[] =>
    [...fleet.machine.notifier.inbox.values()].flat().map((text) => (JSON.parse(text) as { kind: string }).kind);

  describe("with a week of soak and stages that move by themselves", () => {
    beforeEach(async () => {
      fleet = await aPromotingFleet(two({ auto: true, soak: { minimum: "7d" } }, { auto: true }));
    });

    it("watches a bundle for a week, and moves it on at the look that completes it", async () => {
      const id = await fleet.bundleWith({});
      const moved: (readonly string[])[] = [];

      for (let turn = 0; turn <= 14; turn += 1) {
        moved.push(await moves());
        fleet.machine.clock.advance(day / 2);
      }

      expect(moved[0]).toEqual([`entered staging ${id}`]);
      expect(moved.slice(1, 14).flat()).toEqual([]);
      expect(moved[14]).toEqual([`entered production ${id}`]);
      expect(told()).toEqual(["promoted", "promoted"]);
    });

    it("counts no time in which nobody looked, and goes on after a week off", async () => {
      await fleet.bundleWith({});
      await advance();
      fleet.machine.clock.advance(8 * day);

      expect(await moves()).toEqual([]);
      for (let turn = 0; turn < 7; turn += 1) {
        fleet.machine.clock.advance(day);
        expect(await moves()).toHaveLength(turn === 6 ? 1 : 0);
      }
    });

    it("takes the newest bundle whose gate is open, and none that was made before the one that runs", async () => {
      await fleet.bundleWith({ environment: { REGION: "north" } });
      fleet.machine.clock.advance(1000);
      const newest = await fleet.bundleWith({ environment: { REGION: "south" } });

      expect(await moves()).toEqual([`entered staging ${newest}`]);
      expect(await moves()).toEqual([]);
    });

    it("does not try a hub again that did not do well, but takes the next bundle there", async () => {
      const good = await fleet.bundleWith({ environment: { REGION: "north" } });
      await advance();
      fleet.machine.clock.advance(hour);
      const bad = await fleet.bundleWith({ environment: { REGION: "south" } });
      fleet.fail(true);
      expect(await moves()).toEqual([`entered staging ${bad}`]);
      fleet.fail(false);
      expect(fleet.deployed().hubs["alpha"]?.id).toBe(good);

      expect(await moves()).toEqual([]);
      fleet.machine.clock.advance(hour);
      const mended = await fleet.bundleWith({ environment: { REGION: "east" } });
      expect(await moves()).toEqual([`entered staging ${mended}`]);
      expect(told()).toEqual(["promoted", "failed", "promoted"]);
    });

    it("moves nothing into a stage on hold, and goes on when the hold is over by itself", async () => {
      const id = await fleet.bundleWith({});
      await fleet.hold("stage/staging");

      expect(await moves()).toEqual([]);
      fleet.machine.clock.advance(day + hour);
      expect(await moves()).toEqual([`entered staging ${id}`]);
    });

    it("brings to its bundle a hub whose hold is over", async () => {
      const id = await fleet.bundleWith({});
      await fleet.hold("hub/alpha");
      await advance();
      expect(fleet.deployed().hubs).toEqual({});

      await fleet.resume("hub/alpha");
      expect(await moves()).toEqual([`continued staging ${id}`]);
      expect(fleet.deployed().hubs["alpha"]?.id).toBe(id);
    });
  });

  describe("of stages that somebody promotes to", () => {
    beforeEach(async () => {
      fleet = await aPromotingFleet(two({ soak: { minimum: "1h", observeEvery: "1h" } }));
    });

    it("moves nothing, and writes once what it finds again and again", async () => {
      await fleet.promote(await fleet.bundleWith({}), "staging");
      const before = observations("alpha");

      for (let turn = 0; turn < 100; turn += 1) {
        expect(await moves()).toEqual([]);
        fleet.machine.clock.advance(20_000);
      }

      // The first look, and no other before the soak is complete.
      expect(observations("alpha") - before).toBe(1);
    });

    it("records what completes the soak, so that the gate opens at that look", async () => {
      const id = await fleet.bundleWith({});
      await fleet.promote(id, "staging");
      for (let turn = 0; turn <= 6; turn += 1) {
        await advance();
        const { verdict } = await fleet.app().promotions.plan({ bundle: id, stage: "production" }, fleet.machine.watch);
        expect([turn, verdict.kind]).toEqual([turn, turn === 6 ? "open" : "blocked"]);
        fleet.machine.clock.advance(600_000);
      }
    });

    it("records at once that a hub is not well, tells people, and starts its soak anew", async () => {
      const id = await fleet.bundleWith({});
      await fleet.promote(id, "staging");
      await advance();
      const before = observations("alpha");
      fleet.machine.processes.crash("11111111-2222-4333-8444-555555555555/alpha/hub");

      const { looks } = await advance();
      await advance();

      expect(looks).toMatchObject([{ hub: "alpha", verdict: "failed", reason: "the hub process ended" }]);
      expect(observations("alpha") - before).toBe(1);
      await fleet.apply("hub/alpha");
      fleet.machine.clock.advance(180_000);
      await advance();
      expect(told()).toEqual(["promoted", "unhealthy", "healthy"]);
    });

    it("does each thing once when two do it at the same time", async () => {
      const id = await fleet.bundleWith({});
      await fleet.promote(id, "staging");
      const before = observations("alpha");

      await Promise.all([advance(), advance(), advance()]);

      expect(observations("alpha") - before).toBe(1);
      expect(fleet.records().filter(({ record }) => record.kind === "promotion")).toHaveLength(1);
    });

    it("brings to an end what a killed promotion left, and begins nothing more", async () => {
      const id = await fleet.bundleWith({});
      const { machine } = fleet;
      // The third call of a port of this machine: the intent is on the branch by then.
      for (let call = 3; fleet.deployed().stages["staging"]?.hubs?.["alpha"] !== "changing"; call += 1) {
        machine.faults.arm({ kind: "killed before", call });
        await fleet.promote(id, "staging").catch(() => undefined);
        machine.faults.arm(undefined);
      }

      expect(await moves()).toEqual([`continued staging ${id}`]);
      expect(fleet.deployed().stages["staging"]?.hubs).toEqual({ alpha: "done" });
    });
  });

  it("asks people once when nothing but their word is missing", async () => {
    const people = [
      { id: "ada", roles: ["operator", "approver"] },
      { id: "grace", roles: ["approver"] },
    ];
    fleet = await aPromotingFleet(
      two({}).withFleet({
        notify,
        team: { size: 2 },
        people,
        stages: [
          { name: "staging", soak: { minimum: "0s" } },
          { name: "production", signoffs: [{ role: "approver" }] },
        ],
      }),
    );
    await fleet.promote(await fleet.bundleWith({}), "staging");

    await advance();
    await advance();

    expect(told()).toEqual(["promoted", "asked"]);
  });
});

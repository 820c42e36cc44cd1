import { beforeEach, describe, expect, it } from "vitest";

import type { FleetBuilder } from "../../test/support/a-fleet.ts";
import { aSigningFleet, fleetOf, type SigningFleet, twoPeople } from "../../test/support/a-signing-fleet.ts";

const hour = 3_600_000;
const day = 24 * hour;

describe("broken glass", () => {
  let fleet: SigningFleet;
  const waitsForSecond = async (): Promise<readonly string[]> => {
    const { stages } = await fleet.app().overview(fleet.machine.watch.signal);
    return stages?.kind === "read" ? stages.brokenGlass.map(({ bundle }) => bundle) : ["not known"];
  };

  beforeEach(async () => {
    fleet = await aSigningFleet();
    await fleet.next();
    fleet.holdKey("ada");
    await fleet.promote(fleet.bundle(), "production", "exploited");
  });

  it("is settled by another person's sign-off, and not by that of who broke it", async () => {
    expect(fleet.last("break-glass")?.who.id).toBe("ada");
    expect(await waitsForSecond()).toEqual([fleet.bundle()]);

    const own = await fleet.say("ada");
    expect(own.isIn).toBe(true);
    expect(Object.keys(own.sheet.changed)).toContain("settings");
    expect(await waitsForSecond()).toEqual([fleet.bundle()]);

    fleet.holdKey("grace");
    await fleet.say("grace");
    expect(await waitsForSecond()).toEqual([]);
  });

  it("is not settled by a name that anybody could have typed", async () => {
    await fleet.push(async () => [await fleet.draft("grace")]);
    await fleet.push(async () => [{ ...(await fleet.draft("grace")), who: { id: "nobody", known: "claimed" } }]);

    expect(await waitsForSecond()).toEqual([fleet.bundle()]);
  });
});

describe("silence", () => {
  const silent =
    (keys: object) =>
    (people: readonly object[]): FleetBuilder =>
      fleetOf(people, keys, { noObjectionWithin: "2d" });

  it("counts from when somebody was told, and opens the gate in time", async () => {
    const fleet = await aSigningFleet(twoPeople, silent({ notify: [{ command: ["tell"], on: ["asked"] }] }));
    await fleet.next();
    const { promotions } = fleet.app();
    const { watch, clock, notifier } = fleet.machine;

    await promotions.advance(watch);
    expect(fleet.last("asked")).toBeUndefined();
    expect([...notifier.inbox.values()].flat()).toHaveLength(1);
    clock.advance(hour);
    await promotions.advance(watch);
    expect(fleet.last("asked")).toMatchObject({ body: { role: "approver" }, subject: { stage: "production" } });
    clock.advance(2 * day - 1);
    await promotions.advance(watch);

    expect((await fleet.reasons()).map(({ code }) => code)).toEqual(["sign-off-missing"]);
    clock.advance(1);
    expect(await fleet.words()).toBe("");
    expect(fleet.records().filter(({ record }) => record.kind === "asked")).toHaveLength(1);
  });

  it("of people whom nobody told counts for nothing", async () => {
    const fleet = await aSigningFleet(twoPeople, silent({}));
    await fleet.next();
    const { promotions } = fleet.app();

    for (let turn = 0; turn < 5; turn += 1) {
      await promotions.advance(fleet.machine.watch);
      fleet.machine.clock.advance(day);
    }

    expect(fleet.last("asked")).toBeUndefined();
    expect((await fleet.reasons()).map(({ code }) => code)).toEqual(["sign-off-missing"]);
  });
});

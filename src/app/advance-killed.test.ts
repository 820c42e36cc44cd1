import { describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import type { FaultKind } from "../../test/support/faults.ts";

/** To die after a call is to die before the next one. A call that fails is another matter: a hub that fails is not tried again. */
const kinds: readonly FaultKind[] = ["killed before", "killed during"];
/** Every so many calls; each of them was tried once, and takes a minute. */
const step = Number(process.env["HUBFLEET_TEST_KILL_STEP"] ?? "5");
const hour = 3_600_000;
const staged = aFleet()
  .without("hubs/alpha.yaml")
  .withFleet({
    stages: [
      { name: "staging", auto: true, soak: { minimum: "1h" } },
      { name: "production", auto: true },
    ],
  })
  .withHub("alpha", { port: 18_000, stage: "staging", dask: { enabled: false } })
  .withHub("beta", { port: 18_010, stage: "production", dask: { enabled: false } });

interface Situation {
  readonly fleet: PromotingFleet;
  readonly bundle: string;
}

/** A bundle whose next look completes its soak: one turn records that, moves it on and tells people. */
async function situation(): Promise<Situation> {
  const fleet = await aPromotingFleet(staged);
  const bundle = await fleet.bundleWith({});
  await advance(fleet);
  for (let turn = 0; turn < 2; turn += 1) {
    await advance(fleet);
    fleet.machine.clock.advance(hour / 2);
  }
  return { fleet, bundle };
}

const advance = async ({ app, machine }: PromotingFleet): Promise<unknown> => app().promotions.advance(machine.watch);
const ofKind = ({ fleet }: Situation, kind: string): number =>
  fleet.records().filter(({ record }) => record.kind === kind).length;

/** Promise: whatever happened to a turn at whatever call, the next ones bring about the same, and once. */
describe.each(kinds)("a turn of which a call was %s", { timeout: 120_000 }, (kind) => {
  it("is brought to an end by the next", async () => {
    let hits = 0;
    for (let call = 0; ; call += step) {
      const one = await situation();
      const { fleet, bundle } = one;
      const { faults, clock, hubSessions } = fleet.machine;
      const before = ofKind(one, "promotion");
      faults.arm({ kind, call });
      await advance(fleet).catch(() => undefined);
      const hit = faults.hit();
      faults.arm(undefined);
      if (hit === undefined) break;
      hits += 1;

      for (let turn = 0; turn < 3; turn += 1) {
        clock.advance(hour / 4);
        await advance(fleet);
      }

      const { stages, hubs } = fleet.deployed();
      const found = {
        stages: [stages["staging"]?.hubs, stages["production"]?.hubs],
        hubs: [hubs["alpha"]?.id, hubs["beta"]?.id],
        promotions: ofKind(one, "promotion") - before,
        applied: (await fleet.apply()).map((outcome) => outcome.kind),
        users: hubSessions.users.size,
        locks: fleet.machine.locks.held(),
      };
      expect({ hit, ...found }).toEqual({
        hit,
        stages: [{ alpha: "done" }, { beta: "done" }],
        hubs: [bundle, bundle],
        promotions: 1,
        applied: ["unchanged", "unchanged"],
        users: 0,
        locks: [],
      });
    }
    expect(hits).toBeGreaterThan(kind === "killed before" ? 10 : 2);
  });
});

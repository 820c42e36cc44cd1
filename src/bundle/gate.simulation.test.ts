import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { aHub, judge, withSoak } from "../../test/support/a-gate.ts";
import {
  liveThrough,
  partsWith,
  quietEvents,
  trulyWatched,
  wildEvents,
  type World,
  type WorldEvent,
} from "../../test/support/gate-world.ts";

const everyMinutes = 20;
const minimum = fc.integer({ min: 0, max: 40 });

describe("a gate beside a world in which the truth is known", () => {
  it("never opens early, whatever is done to the clocks of machines that count their seconds", () => {
    const opened = { count: 0 };
    fc.assert(
      fc.property(wildEvents, fc.constantFrom(0, 1, 2, "latest" as const), minimum, (events, judging, minutes) => {
        for (const world of liveThrough(events, { named: true })) {
          const isOpen = isOpenAt(world, judging === "latest" ? latestDate(world) : world.dateOf(judging), minutes);
          if (isOpen) opened.count += 1;
          expect(!isOpen || isTrulyDone(world, minutes)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
    expect(opened.count).toBeGreaterThan(1000);
  });

  it.each([true, false])(
    "opens at the very look that completes it, where clocks are right (they count: %s)",
    (named) => {
      const opened = { count: 0 };
      fc.assert(
        fc.property(quietEvents, minimum, (events, minutes) => {
          for (const world of liveThrough(events, { named })) {
            const isOpen = isOpenAt(world, world.dateOf(0), minutes);
            if (isOpen) opened.count += 1;
            expect(isOpen).toBe(isTrulyDone(world, minutes));
          }
        }),
        { numRuns: 500 },
      );
      expect(opened.count).toBeGreaterThan(1000);
    },
  );

  it("opens in the end, when a machine looks on and on after every date that a wrong clock gave has come", () => {
    // More than all the clocks of one case can have been set forward and back.
    const longEnough: WorldEvent = { kind: "wait", minutes: 2_500_000 };
    const steady = Array.from({ length: 10 }, (): WorldEvent[] => [
      { kind: "look", machine: 0 },
      { kind: "wait", minutes: 10 },
    ]).flat();
    fc.assert(
      fc.property(wildEvents, (events) => {
        const worlds = [...liveThrough([...events, { kind: "heal" }, longEnough, ...steady], { named: true })].slice(
          -1,
        );

        expect(worlds.every((world) => isOpenAt(world, latestDate(world), 60))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

function isOpenAt(world: World, now: number, minutes: number): boolean {
  const policy = withSoak({ minimumSeconds: minutes * 60, observeEverySeconds: everyMinutes * 60 });
  const verdict = judge({
    bundle: { parts: partsWith(world.image), madeAt: Number.NEGATIVE_INFINITY },
    testing: { policy, hubs: [aHub("try")] },
    stage: { hubs: [] },
    evidence: world.records,
    now,
  });
  return verdict.kind === "open";
}

function isTrulyDone(world: World, minutes: number): boolean {
  const image = trulyWatched(world, { part: "image/lab", everyMinutes });
  const settings = trulyWatched(world, { part: "settings", everyMinutes });
  return Math.min(image ?? -1, settings ?? -1) >= minutes;
}

/** The clock that is furthest ahead: nothing is dated later. */
function latestDate({ records }: World): number {
  return Math.max(...records.map(({ at }) => at));
}

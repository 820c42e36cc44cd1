import { describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import type { Deployed } from "../../bundle/deployed.ts";
import { endHold, holdTarget, placeHold } from "./holds.ts";

const pointer = { id: "b1", digest: "sha256:b1", since: "2026-11-21T09:00:00.000Z" };
const deployed: Deployed = {
  version: 1,
  stages: { production: pointer },
  hubs: { alpha: pointer },
  holds: {},
};
const origin = {
  fleet: "11111111-2222-4333-8444-555555555555",
  at: { time: "2026-11-21T12:00:00.000Z", clock: { kind: "service", service: "ci" } },
  who: { id: "ada", known: "claimed" },
} as const;
const now = Date.parse(origin.at.time);
const until = new Date("2026-11-28T12:00:00.000Z");
const exams = { reason: "exam week", until };

describe("what can be held", () => {
  const { fleet } = aFleet()
    .withFleet({ stages: [{ name: "production" }] })
    .read();
  if (fleet === undefined) throw new Error("it is sound");

  it.each(["hub/alpha", "stage/production"])("is %s", (target) => {
    expect(holdTarget(target, fleet)).toBe(target);
  });

  it.each([
    ["hub/alpah", 'the fleet has no hub "alpah"', 'did you mean "alpha"?'],
    ["stage/alpha", 'the fleet has no stage "alpha"', "known: production"],
    ["cluster/local", '"cluster/local" cannot be held', "write hub/NAME or stage/NAME"],
    ["hub/alpha/lab", 'the fleet has no hub "alpha/lab"', "known: alpha"],
    ["alpha", '"alpha" cannot be held', "write hub/NAME or stage/NAME"],
  ])("is not %s", (target, message, hint) => {
    expect(() => holdTarget(target, fleet)).toThrow(
      expect.objectContaining({
        code: "UNKNOWN_TARGET",
        message,
        hint: expect.stringContaining(hint) as string,
      }) as Error,
    );
  });
});

describe("a hold", () => {
  it("keeps what the hub is to run, and is on record with it", () => {
    const placed = placeHold(deployed, { target: "hub/alpha", ...exams }, { origin });

    expect(placed.deployed.holds).toEqual({
      "hub/alpha": {
        ...{ reason: "exam week", owner: "ada", since: origin.at.time },
        ...{ until: until.toISOString(), bundle: "b1" },
      },
    });
    expect(placed.records).toMatchObject([
      { kind: "hold", subject: { hub: "alpha", bundle: "sha256:b1" }, body: { reason: "exam week" } },
    ]);
  });

  it("takes the place of the one before, and names no bundle where there is none", () => {
    const first = placeHold(deployed, { target: "hub/beta", ...exams }, { origin }).deployed;
    const second = placeHold(first, { target: "hub/beta", ...exams, reason: "still" }, { origin });

    expect(second.deployed.holds).toMatchObject({ "hub/beta": { reason: "still" } });
    expect(second.deployed.holds["hub/beta"]).not.toHaveProperty("bundle");
    expect(second.records).toHaveLength(1);
  });

  it("ends with a record, also under the name that the hub had before", () => {
    const held = placeHold(deployed, { target: "hub/alpha", ...exams }, { origin }).deployed;
    const ended = endHold(held, { target: "hub/beta", before: "hub/alpha", reason: "over" }, { origin, now });

    expect(ended.deployed).toEqual(deployed);
    expect(ended.hold).toMatchObject({ target: "hub/alpha", reason: "exam week" });
    expect(ended.records).toMatchObject([{ kind: "resume", subject: { hub: "beta" }, body: { reason: "over" } }]);
  });

  it("that nobody placed cannot be ended: those that stand are named, not those that are over", () => {
    const over = placeHold(deployed, { target: "hub/alpha", ...exams, until: new Date(now) }, { origin }).deployed;
    const both = placeHold(over, { target: "stage/production", ...exams }, { origin }).deployed;
    const end = (of: Deployed): unknown => endHold(of, { target: "hub/beta", reason: undefined }, { origin, now });

    expect(() => end(both)).toThrow(
      expect.objectContaining({ code: "NO_SUCH_HOLD", hint: "held are: stage/production" }) as Error,
    );
    expect(() => end(over)).toThrow(expect.objectContaining({ hint: "nothing is held" }) as Error);
  });
});

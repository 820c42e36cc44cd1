import { describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import type { StagePolicy } from "./stage-policy.ts";

type Keys = Readonly<Record<string, unknown>>;

const approver = [{ id: "ada", roles: ["approver"] }];

describe("what a stage asks when its file says nothing", () => {
  it.each([
    [1, approver, 0, 0, []],
    [2, approver, 86_400, 3600, [{ role: "approver", count: 1 }]],
    [4, [], 86_400, 3600, []],
    [5, approver, 7 * 86_400, 3600, [{ role: "approver", count: 1 }]],
    [10, [{ id: "grace" }], 7 * 86_400, 3600, []],
  ])("fits a team of %i", (size, people, minimumSeconds, patchMinimumSeconds, signoffs) => {
    const [staging, production] = policies({ team: { size }, people }, {}, {});

    expect(staging?.soak).toMatchObject({ minimumSeconds, patchMinimumSeconds, observeEverySeconds: 26 * 3600 });
    expect(staging?.signoffs).toEqual([]);
    expect(production?.soak.minimumSeconds).toBe(0);
    expect(production?.signoffs).toEqual(signoffs);
  });

  it.each([
    [1, true, "accept"],
    [2, false, "keyless"],
  ])("in a team of %i lets people sign for themselves: %s, and counts claims: %s", (size, selfSignoff, claimed) => {
    expect(policies({ team: { size } }, {}, {})[1]).toMatchObject({ selfSignoff, claimed, logins: claimed });
    const written = { selfSignoff: !selfSignoff, claimed: "refuse" };
    expect(policies({ team: { size } }, {}, written)[1]).toMatchObject(written);
  });

  it("asks every hub for the standard check, goes one hub first, and stops at the first failure", () => {
    expect(policies({}, {}, {})[1]).toEqual({
      checks: ["hub"],
      soak: {
        minimumSeconds: 0,
        patchMinimumSeconds: 0,
        exposure: { spawns: 0, users: 0, daskClusters: 0 },
        observeEverySeconds: 93_600,
      },
      untried: "say",
      signoffs: [],
      selfSignoff: true,
      claimed: "accept",
      logins: "accept",
      checklist: [],
      freezes: [],
      waves: [{ kind: "hubs", count: 1 }],
      concurrency: 4,
      failures: 0,
      iterate: false,
      auto: false,
    });
  });
});

it("keeps what is written, whatever the size of the team", () => {
  const [staging, production] = policies(
    { team: { size: 1 } },
    { soak: { minimum: "2d", patchMinimum: "3d", observeEvery: "1h", exposure: { users: 3 } }, hubs: 2 },
    {
      expires: "28d",
      signoffs: [{ role: "viewer", count: 2, noObjectionWithin: "3d" }],
      checklist: [{ name: "plots", text: "Look at the maps", attachment: true }],
      freeze: [
        { from: "2026-08-10", to: "2026-08-14", timezone: "America/Los_Angeles", reason: "Week", packagesClose: "14d" },
      ],
      waves: [2, "25%"],
    },
  );

  expect(staging?.soak).toEqual({
    minimumSeconds: 172_800,
    patchMinimumSeconds: 259_200,
    exposure: { spawns: 0, users: 3, daskClusters: 0 },
    observeEverySeconds: 3600,
  });
  expect(staging?.hubs).toBe(2);
  expect(production?.expiresSeconds).toBe(28 * 86_400);
  expect(production?.signoffs).toEqual([{ role: "viewer", count: 2, noObjectionWithinSeconds: 259_200 }]);
  expect(production?.checklist).toEqual([{ name: "plots", text: "Look at the maps", needsAttachment: true }]);
  expect(production?.freezes).toEqual([
    {
      from: Date.UTC(2026, 7, 10, 7),
      to: Date.UTC(2026, 7, 15, 7),
      packagesCloseAt: Date.UTC(2026, 6, 27, 7),
      timeZone: "America/Los_Angeles",
      reason: "Week",
    },
  ]);
  expect(production?.waves).toEqual([
    { kind: "hubs", count: 2 },
    { kind: "share", percent: 25 },
  ]);
});

function policies(fleet: Keys, staging: Keys, production: Keys): readonly StagePolicy[] {
  const stages = [
    { name: "staging", ...staging },
    { name: "production", ...production },
  ];
  return aFleet()
    .withFleet({ ...fleet, stages })
    .build()
    .stages.map(({ policy }) => policy);
}

import { describe, expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";

const dask = { enabled: false };
/** Hubs alpha, beta and gamma in testing, zeta in production. */
const three = (testing: object): FleetBuilder =>
  ["alpha", "beta", "gamma", "zeta"].reduce(
    (fleet, name, index) =>
      fleet.withHub(name, { port: 18_000 + index * 10, dask, stage: name === "zeta" ? "production" : "testing" }),
    aFleet().withFleet({ stages: [{ name: "testing", soak: { minimum: "0s" }, ...testing }, { name: "production" }] }),
  );

/** A bundle in testing, with which alpha does not do well, and beta and gamma do. */
async function withOneFailed(testing: object): Promise<{ readonly fleet: PromotingFleet; readonly id: string }> {
  const fleet = await aPromotingFleet(three({ failures: 1, waves: ["100%"], concurrency: 1, ...testing }));
  const id = await fleet.bundleWith({ environment: { REGION: "north" } });
  let checks = 0;
  fleet.machine.hubSessions.before = (call) => {
    if (call === "begin") fleet.fail((checks += 1) === 1);
  };
  await fleet.promote(id, "testing");
  return { fleet, id };
}

describe("a stage where one of three hubs did not do well", () => {
  it("opens the next one where it asks for two", async () => {
    const { fleet, id } = await withOneFailed({ hubs: 2 });

    const done = await fleet.promote(id, "production");

    expect(done).toMatchObject({ kind: "entered", verdict: { kind: "open" } });
    expect(await fleet.region("zeta")).toBe("north");
  });

  it.each([
    ["all three", {}],
    ["three by number", { hubs: 3 }],
  ])("keeps it shut where it asks for %s", async (_, asked) => {
    const { fleet, id } = await withOneFailed(asked);

    const done = await fleet.promote(id, "production");

    expect(done).toMatchObject({ kind: "blocked", verdict: { kind: "blocked" } });
    expect(JSON.stringify(done.verdict)).toContain("check hub passed on 2 of 3 hubs of testing");
    expect(await fleet.region("zeta")).toBeUndefined();
  });
});

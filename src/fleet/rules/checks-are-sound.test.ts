import { describe, expect, it } from "vitest";

import { type FleetBuilder, aFleet } from "../../../test/support/a-fleet.ts";

const withChecks = (...checks: readonly object[]): FleetBuilder =>
  aFleet().withFile("checks/one.py", "").withHub("beta", { port: 18_010, checks });

describe("checks of a fleet's own", () => {
  it.each([
    ["a file that is not there", withChecks({ name: "one", file: "checks/two.ipynb" }), "FILE_MISSING", 7],
    ["a file that no kernel runs", withChecks({ name: "one", file: "checks/one.sh" }), "INVALID_VALUE", 7],
    [
      "two of a name",
      withChecks({ name: "one", file: "checks/one.py" }, { name: "one", file: "checks/one.py" }),
      "DUPLICATE_CHECK",
      8,
    ],
    [
      "a profile that is not there",
      withChecks({ name: "one", file: "checks/one.py", profile: "huge" }),
      "UNKNOWN_PROFILE",
      6,
    ],
    [
      "a user with a name of the temporary ones",
      aFleet().withHub("beta", { port: 18_010, access: { users: ["hubfleet-check-0badcafe"] } }),
      "INVALID_VALUE",
      7,
    ],
  ])("refuse %s, and say where", (_what, fleet, code, line) => {
    const { problems } = fleet.read();

    expect(problems.map((problem) => [problem.code, problem.at?.path, problem.at?.line])).toEqual([
      [code, "hubs/beta.yaml", line],
    ]);
  });

  it("know their file, profile and time", () => {
    const fleet = withChecks({ name: "one", file: "checks/one.py", timeout: "5m" }).build();

    expect(fleet.hubs.get("beta")?.checks).toEqual([
      { name: "one", file: "checks/one.py", timeoutSeconds: 300, afterSeconds: 0 },
    ]);
  });
});

import { describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";

const broken = "version: 1\nimages: [\nlimits: {}\naccess:\n  users: [a]\n";

describe("problems that follow from a file that cannot be read", () => {
  it("are counted in that file's hint, not told one by one", () => {
    const { problems, warnings } = aFleet().withHub("beta", { port: 18_010 }).withFile("platform.yaml", broken).read();

    expect(problems.map(({ code, at }) => `${code} ${at?.path}`)).toEqual(["YAML_INVALID platform.yaml"]);
    expect(problems[0]?.hint).toBe("mend this first: 6 findings about other files follow from it");
    expect(warnings).toEqual([]);
  });

  it("are folded for a group, too, and what is wrong by itself stays", () => {
    const { problems } = aFleet()
      .withGroup("users", {})
      .withFile("groups/users.yaml", "access: [")
      .withPlatform({ access: {} })
      .withHub("beta", { port: 18_010, groups: ["users"], stage: "prod" })
      .read();

    expect(problems.map(({ code }) => code)).toEqual(["YAML_INVALID", "UNKNOWN_STAGE"]);
  });

  it("are told when every file can be read", () => {
    const { problems } = aFleet().withPlatform({ images: {} }).read();

    expect(problems.map(({ code }) => code)).toContain("HUB_WITHOUT_IMAGE");
  });

  it("of one file are one problem, whatever the parser makes of its rest", () => {
    const text = "version: 1\nimages: [\n  hub: hub\n  notebook: lab\naccess:\n  users: [a]\n";
    const { problems } = aFleet().withFile("hubs/beta.yaml", text).read();

    expect(problems).toHaveLength(1);
    expect(problems[0]?.hint).toMatch(/^mend this first: \d+ more problems? of this file follows? from it$/);
  });
});

it("tells to quote a name of digits as it is written", () => {
  const { problems } = aFleet()
    .withFile("platform.yaml", "version: 1\nimages: { hub: hub, notebook: lab }\naccess:\n  users: [ada, 007]\n")
    .read();

  expect(problems.map(({ code, hint }) => `${code}: ${hint}`)).toEqual(['WRONG_TYPE: put it in quotes: "007"']);
});

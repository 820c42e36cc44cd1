import { describe, expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { brokenCondaImages } from "../../test/support/broken-conda-images.ts";
import { brokenHubImages } from "../../test/support/broken-hub-images.ts";
import { brokenImages } from "../../test/support/broken-images.ts";
import { brokenPeople } from "../../test/support/broken-people.ts";
import { brokenRecipients } from "../../test/support/broken-recipients.ts";
import { brokenSecrets } from "../../test/support/broken-secrets.ts";
import { brokenStages } from "../../test/support/broken-stages.ts";
import { brokenPins } from "../../test/support/broken-pins.ts";
import { renderProblems } from "../errors/render-problems.ts";

const huge = { kind: "too-big", size: 100_000_000 } as const;
const link = { kind: "link-outside", target: "/etc/passwd" } as const;
const hubWith = (lines: string): string => `version: 1\ncluster: here\nstage: production\nport: 18010\n${lines}`;
const bomb = [
  "a: &a [x, x, x, x, x, x, x, x, x, x]",
  ..."bcdefg".split("").map((key, index) => `${key}: &${key} [${Array(10).fill(`*${"abcdef"[index]}`).join(", ")}]`),
].join("\n");

/** What is broken, the codes that must be reported (all of them), and where the first one is. */
const cases: readonly [string, FleetBuilder, readonly string[], string?][] = [
  ["an unknown key", aFleet().withHub("beta", { port: 18_010, profile: [] }), ["UNKNOWN_KEY"], "hubs/beta.yaml:5:1"],
  ["a wrong type", aFleet().withHub("beta", { port: "x" }), ["WRONG_TYPE"], "hubs/beta.yaml:4:7"],
  [
    "a missing key",
    aFleet().withFile("hubs/beta.yaml", "version: 1\nstage: production\n"),
    ["MISSING_KEY"],
    "hubs/beta.yaml:1:1",
  ],
  [
    "a duplicate key",
    aFleet().withFile("hubs/beta.yaml", hubWith("title: a\ntitle: b\n")),
    ["DUPLICATE_KEY"],
    "hubs/beta.yaml:6:1",
  ],
  ["a duplicate hub", aFleet().withFile("hubs/alpha.yml", "version: 1\n"), ["DUPLICATE_NAME", "FILE_EXTENSION"]],
  ["hubs that differ in case", aFleet().withHub("Alpha", { port: 18_010 }), ["NAME_INVALID", "DUPLICATE_NAME"]],
  ["an unknown cluster", aFleet().withHub("beta", { cluster: "her" }), ["UNKNOWN_CLUSTER"], "hubs/beta.yaml:2:10"],
  [
    "an unknown stage",
    aFleet().withHub("beta", { port: 18_010, stage: "prod" }),
    ["UNKNOWN_STAGE"],
    "hubs/beta.yaml:3:8",
  ],
  [
    "an unknown group",
    aFleet().withHub("beta", { port: 18_010, groups: ["x"] }),
    ["UNKNOWN_GROUP"],
    "hubs/beta.yaml:6:5",
  ],
  [
    "an unknown image",
    aFleet().withHub("beta", { port: 18_010, images: { notebook: "lap" } }),
    ["UNKNOWN_IMAGE"],
    "hubs/beta.yaml:6:13",
  ],
  [
    "an unknown profile",
    aFleet().withHub("beta", { port: 18_010, profiles: [{ id: "big", cpuLimit: 1 }] }),
    ["UNKNOWN_PROFILE"],
  ],
  ["an unknown twin", aFleet().withHub("beta", { port: 18_010, twin: "alfa" }), ["UNKNOWN_HUB"], "hubs/beta.yaml:5:7"],
  ["a hub that is its own twin", aFleet().withHub("beta", { port: 18_010, twin: "beta" }), ["TWIN_IS_SELF"]],
  [
    "a hub whose old name is still a hub",
    aFleet().withHub("beta", { port: 18_010, renamedFrom: "alpha" }),
    ["RENAMED_FROM_EXISTS"],
    "hubs/beta.yaml:5:14",
  ],
  [
    "a hub renamed from itself",
    aFleet().withHub("beta", { port: 18_010, renamedFrom: "beta" }),
    ["RENAMED_FROM_EXISTS"],
  ],
  [
    "two hubs renamed from one",
    aFleet()
      .withHub("beta", { port: 18_010, renamedFrom: "old" })
      .withHub("gamma", { port: 18_020, renamedFrom: "old" }),
    ["RENAMED_FROM_TWICE"],
    "hubs/gamma.yaml:5:14",
  ],
  [
    "a cycle of groups",
    aFleet()
      .withGroup("a", { groups: ["b"] })
      .withGroup("b", { groups: ["a"] }),
    ["GROUP_CYCLE"],
    "groups/b.yaml:3:5",
  ],
  ["a group that includes itself", aFleet().withGroup("a", { groups: ["a"] }), ["GROUP_CYCLE"]],
  ["a port clash", aFleet().withHub("beta", { port: 18_009 }), ["PORT_CLASH"], "hubs/beta.yaml:4:7"],
  ["a missing port", aFleet().withHub("beta"), ["PORT_MISSING"], "hubs/beta.yaml:1:1"],
  [
    "a base path clash",
    aFleet().withHub("beta", { port: 18_010, basePath: "/alpha/x/" }),
    ["BASE_PATH_CLASH"],
    "hubs/beta.yaml:5:11",
  ],
  ["a base path of /", aFleet().withHub("beta", { port: 18_010, basePath: "/" }), ["BASE_PATH_CLASH"]],
  ["an empty file", aFleet().withFile("hubs/beta.yaml", ""), ["FILE_EMPTY"], "hubs/beta.yaml:1:1"],
  ["a file of comments", aFleet().withFile("hubs/beta.yaml", "# nothing yet\n"), ["FILE_EMPTY"]],
  [
    "tabs",
    aFleet().withFile("hubs/beta.yaml", "version: 1\nlimits:\n\tcpuLimit: 1\n"),
    ["YAML_TAB"],
    "hubs/beta.yaml:3:1",
  ],
  [
    "text that is not UTF-8",
    aFleet().withFile("hubs/beta.yaml", Uint8Array.from([0x61, 0x0a, 0x62, 0xff])),
    ["FILE_NOT_UTF8"],
    "hubs/beta.yaml:2:2",
  ],
  [
    "several documents",
    aFleet().withFile("hubs/beta.yaml", "version: 1\n---\nversion: 1\n"),
    ["YAML_SEVERAL_DOCUMENTS"],
    "hubs/beta.yaml:2:1",
  ],
  ["an alias bomb", aFleet().withFile("hubs/beta.yaml", bomb), ["YAML_TOO_LARGE"]],
  [
    "an alias that contains itself",
    aFleet().withFile("hubs/beta.yaml", "a: &a [*a]"),
    ["YAML_ALIAS"],
    "hubs/beta.yaml:1:8",
  ],
  ["an alias to nothing", aFleet().withFile("hubs/beta.yaml", "a: *b"), ["YAML_ALIAS"]],
  ["deep nesting", aFleet().withFile("hubs/beta.yaml", `a: ${"[".repeat(100_000)}`), ["YAML_TOO_DEEP"]],
  ["deep nesting by dashes", aFleet().withFile("hubs/beta.yaml", "- ".repeat(100_000)), ["YAML_TOO_DEEP"]],
  ["a crowd of anchors", aFleet().withFile("hubs/beta.yaml", `a: ${"&a ".repeat(100_000)}`), ["YAML_INVALID"]],
  ["broken YAML", aFleet().withFile("hubs/beta.yaml", "title: a: b\n"), ["YAML_INVALID"], "hubs/beta.yaml:1:8"],
  ["a tag", aFleet().withFile("hubs/beta.yaml", "title: !secret x\n"), ["YAML_INVALID"]],
  ["a merge key", aFleet().withFile("hubs/beta.yaml", hubWith("<<: { title: x }\n")), ["YAML_MERGE_KEY"]],
  ["a huge file", aFleet().withFile("hubs/beta.yaml", huge), ["FILE_TOO_BIG"]],
  ["a link out of the repository", aFleet().withFile("hubs/beta.yaml", link), ["FILE_LINK_OUTSIDE"]],
  [
    "a directory where a file belongs",
    aFleet().withFile("hubs/beta.yaml", { kind: "directory" }),
    ["FILE_IS_DIRECTORY"],
  ],
  ["a file where a directory belongs", aFleet().withFile("experiments", "x"), ["FILE_NOT_DIRECTORY"]],
  ["a directory in hubs", aFleet().withFile("hubs/old/beta.yaml", "version: 1\n"), ["FILE_UNEXPECTED"]],
  [
    "an unreadable file",
    aFleet().withFile("hubs/beta.yaml", { kind: "unreadable", reason: "permission denied" }),
    ["FILE_UNREADABLE"],
  ],
  ["a directory that is no fleet", aFleet().without("fleet.yaml"), ["NOT_A_FLEET"]],
  ["a misspelt fleet.yaml", aFleet().without("fleet.yaml").withFile("fleet.yml", "version: 1\n"), ["FILE_EXTENSION"]],
  ["a misspelt ending", aFleet().withFile("hubs/beta.yml", "version: 1\n"), ["FILE_EXTENSION"]],
  ["a name with an underscore", aFleet().withHub("my_hub", { port: 18_010 }), ["NAME_INVALID"]],
  ["a name that is too long", aFleet().withHub("a".repeat(64), { port: 18_010 }), ["NAME_INVALID"]],
  ["a reserved name", aFleet().withHub("kube-system", { port: 18_010 }), ["NAME_RESERVED"]],
  [
    "__proto__",
    aFleet().withFile("hubs/beta.yaml", hubWith("__proto__: { polluted: true }\n")),
    ["YAML_KEY_RESERVED"],
    "hubs/beta.yaml:5:1",
  ],
  [
    "constructor",
    aFleet().withFile("hubs/beta.yaml", hubWith("hubConfig: { constructor: { a: 1 } }\n")),
    ["YAML_KEY_RESERVED"],
  ],
  [
    "a newer version",
    aFleet().withFile("hubs/beta.yaml", "version: 2\nnovel: true\n"),
    ["VERSION_TOO_NEW"],
    "hubs/beta.yaml:1:10",
  ],
  ["a missing version", aFleet().withFile("groups/a.yaml", "description: x\n"), ["MISSING_KEY"]],
  ...brokenImages,
  ...brokenPins,
  ...brokenHubImages,
  ...brokenCondaImages,
  ...brokenStages,
  ...brokenPeople,
  ...brokenRecipients,
  ...brokenSecrets,
  [
    "a reserved chart value",
    aFleet().withHub("beta", { port: 18_010, chartValues: { jupyterhub: { singleuser: { image: { tag: "x" } } } } }),
    ["RESERVED_CHART_VALUE"],
  ],
  ["requirements from elsewhere", aFleet().withFile("images/lab/requirements.txt", link), ["FILE_LINK_OUTSIDE"]],
  ["huge requirements", aFleet().withFile("images/lab/requirements.txt", huge), ["FILE_TOO_BIG"]],
  [
    "a login behind the fleet's back",
    aFleet().withHub("beta", { port: 18_010, hubConfig: { JupyterHub: { authenticator_class: "dummy" } } }),
    ["RESERVED_HUB_CONFIG"],
  ],
  [
    "a file of something else",
    aFleet().withFile("groups/a.yaml", `version: 1\n${Array.from({ length: 150 }, (_, i) => `k${i}: 1\n`).join("")}`),
    ["TOO_MANY_PROBLEMS", "UNKNOWN_KEY"],
  ],
  [
    "an open address without https",
    aFleet().withCluster("here", { provider: "local", address: "0.0.0.0" }),
    ["ADDRESS_NEEDS_HTTPS", "ADDRESS_NEEDS_LOGIN"],
  ],
  [
    "a profile above the limit",
    aFleet().withHub("beta", {
      port: 18_010,
      limits: { memoryLimit: "1G" },
      profiles: [{ id: "x", name: "X", memoryLimit: "2G" }],
    }),
    ["PROFILE_ABOVE_LIMIT"],
  ],
  [
    "a guarantee above the limit",
    aFleet().withHub("beta", { port: 18_010, profiles: [{ id: "x", name: "X", cpuLimit: 1, cpuGuarantee: 2 }] }),
    ["GUARANTEE_ABOVE_LIMIT"],
  ],
  [
    "two default profiles",
    aFleet().withHub("beta", { port: 18_010, profiles: ["x", "y"].map((id) => ({ id, name: id, default: true })) }),
    ["SEVERAL_DEFAULT_PROFILES"],
  ],
  [
    "a profile twice",
    aFleet().withHub("beta", { port: 18_010, profiles: ["x", "x"].map((id) => ({ id, name: id })) }),
    ["DUPLICATE_PROFILE"],
  ],
  [
    "a profile for an unknown group",
    aFleet().withHub("beta", { port: 18_010, profiles: [{ id: "x", name: "X", allowedGroups: ["staff"] }] }),
    ["UNKNOWN_ACCESS_GROUP"],
  ],
  [
    "a logo that is not there",
    aFleet().withHub("beta", { port: 18_010, appearance: { logo: "logo.png" } }),
    ["FILE_MISSING"],
  ],
  [
    "a logo outside the fleet",
    aFleet().withHub("beta", { port: 18_010, appearance: { logo: "../logo.png" } }),
    ["INVALID_VALUE"],
  ],
  [
    "an experiment gone wrong",
    aFleet().withFile(
      "experiments/x.yaml",
      'version: 1\nimage: lab\nvariant: next\nhubs: [alfa]\nstart: "2026-11-21"\ndeadline: "2026-11-20"\n',
    ),
    ["UNKNOWN_VARIANT", "UNKNOWN_HUB", "EXPERIMENT_DATES"],
  ],
  ["a hub without images", aFleet().withPlatform({ images: {} }), ["HUB_WITHOUT_IMAGE"]],
];

describe("readFleet on a broken fleet", () => {
  it.each(cases)("reports %s", (_what, fleet, codes, place) => {
    const { fleet: good, problems } = fleet.read();

    expect([...new Set(problems.map((problem) => problem.code))]).toEqual(codes);
    expect(good).toBeUndefined();
    const [first] = problems;
    const firstPlace = `${first?.at?.path}:${first?.at?.line}:${first?.at?.column}`;
    expect(place === undefined ? undefined : firstPlace).toBe(place);
  });

  it("never shows what a secret is", () => {
    const shown = cases.map(([, fleet]) => renderProblems(fleet.read().problems, { colors: true })).join("");

    expect(shown).not.toContain("tell-nobody");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("says which, where and what to do", () => {
    const shown = cases.map(
      ([what, fleet]) => `# ${what}\n${renderProblems(fleet.read().problems.slice(0, 3), { colors: false })}`,
    );

    expect(shown.join("\n")).toMatchSnapshot();
  });
});

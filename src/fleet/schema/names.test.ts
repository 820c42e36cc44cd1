import { describe, expect, it } from "vitest";

import { accessSchema } from "./access.ts";
import { countedPath, userName } from "./names.ts";

describe("userName", () => {
  it.each(["ada", "Ada.Lovelace", "ada@example.org", "a_b-c+d", "100%", "..ada", "a..b", "Åsa"])("takes %s", (name) => {
    expect(userName.safeParse(name).success).toBe(true);
  });

  it.each([
    "",
    ".",
    "..",
    "....",
    "a/b",
    "../ada",
    "..\\ada",
    "%2e%2e",
    "..%2Fada",
    "a\u0000b",
    "a b",
    "hubfleet-check-1",
  ])("refuses %j", (name) => {
    expect(userName.safeParse(name).success).toBe(false);
    for (const access of [{ users: [name] }, { admins: [name] }, { groups: { teachers: [name] } }]) {
      expect(accessSchema.safeParse(access).success).toBe(false);
    }
  });
});

describe("organisations and teams", () => {
  it.each([["example-lab", "example-lab:analysts"]])("takes %s", (organization, team) => {
    expect(accessSchema.safeParse({ organizations: [organization], teams: [team] }).success).toBe(true);
  });

  it.each(["..", "a/../b", "a?b", "a#b", "%2e%2e", "a\\b", ""])("refuses %j, which is another address", (name) => {
    expect(accessSchema.safeParse({ organizations: [name] }).success).toBe(false);
    expect(accessSchema.safeParse({ teams: [`${name}:team`] }).success).toBe(false);
    expect(accessSchema.safeParse({ teams: [`team:${name}`] }).success).toBe(false);
  });
});

describe("countedPath", () => {
  it.each([".", "common", "common/", "./a//b", "a:b", "größe", "a b"])("takes %s", (path) => {
    expect(countedPath.safeParse(path).success).toBe(true);
  });

  it.each(["", "/a", "..", "a/../b", ":a", ":(top)a", "*", "a*", "a?", "a[b]", String.raw`a\b`])(
    "refuses %j",
    (path) => {
      expect(countedPath.safeParse(path).success).toBe(false);
    },
  );
});

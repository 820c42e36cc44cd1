import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { createRepositoryDisk } from "../../src/adapters/repository/repository-disk.ts";
import { readFleet } from "../../src/fleet/read-fleet.ts";

const example = fileURLToPath(new URL("../../examples/first-fleet", import.meta.url));

describe("examples/first-fleet", () => {
  it("has no problem, and one warning: the uuid that `init` replaces", async () => {
    const { problems, warnings } = readFleet(await createRepositoryDisk(example).snapshot());

    expect(problems).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(["UUID_PLACEHOLDER"]);
  });

  it("has what the guide promises: two stages, two hubs, three images, two profiles to choose from", async () => {
    const { fleet } = readFleet(await createRepositoryDisk(example).snapshot());

    expect(fleet?.stages.map(({ name }) => name)).toEqual(["staging", "production"]);
    expect([...(fleet?.images.keys() ?? [])]).toEqual(["classroom", "hub", "lab"]);
    expect([...(fleet?.hubs.values() ?? [])].map(({ name, port, basePath }) => [name, port, basePath])).toEqual([
      ["research", 18_010, "/research/"],
      ["staging", 18_000, "/staging/"],
    ]);
    expect(fleet?.hubs.get("research")?.profiles.map(({ id, isDefault }) => [id, isDefault])).toEqual([
      ["classroom", false],
      ["lab", true],
    ]);
  });
});

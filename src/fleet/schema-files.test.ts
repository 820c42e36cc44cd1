import { describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { createSchemaFiles } from "./schema-files.ts";

describe("createSchemaFiles", () => {
  it("names the schema in each file that does not, and touches no other", () => {
    const files = createSchemaFiles(
      aFleet()
        .withFile("hubs/alpha.yaml", "version: 1\r\n")
        .withFile("hubs/beta.yaml", "# yaml-language-server: $schema=mine.json\nversion: 1\n")
        .withFile("secrets/a.enc.yaml", "sops: {}\n")
        .snapshot(),
    );

    expect(files.get("hubs/alpha.yaml")).toBe(
      "# yaml-language-server: $schema=../schemas/hub.schema.json\r\nversion: 1\r\n",
    );
    expect(files.get("images/lab/image.yaml")).toMatch(/^# .*=\.\.\/\.\.\/schemas\/image\.schema\.json\n/);
    expect(files.has("schemas/hub.schema.json")).toBe(true);
    expect(["hubs/beta.yaml", "secrets/a.enc.yaml"].filter((path) => files.has(path))).toEqual([]);
  });
});

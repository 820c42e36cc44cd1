import { expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { writtenChanges } from "./written-changes.ts";

const before = aFleet()
  .withFleet({ stages: [{ name: "staging" }, { name: "production" }] })
  .withHub("alpha", { port: 18_000, stage: "staging", announcement: "Exams" });
const after = aFleet()
  .withFleet({ stages: [{ name: "staging", soak: { minimum: "7d" } }, { name: "production" }] })
  .withHub("alpha", {
    port: 18_000,
    stage: "production",
    access: { users: ["grace"] },
    environment: { REGION: "north" },
  })
  .withFile("images/lab/requirements.txt", "humanize\n");

it("tells what a commit changed, by name, and how it reaches hubs where it is a setting", () => {
  const paths = ["fleet.yaml", "hubs/alpha.yaml", "images/lab/requirements.txt"];

  expect(writtenChanges(before.read(), after.read(), paths)).toEqual([
    "fleet.yaml: stages.staging.soak.minimum: none → 7d",
    'hubs/alpha.yaml: access.users: none → ["grace"] (live)',
    "hubs/alpha.yaml: announcement: Exams → none (live)",
    "hubs/alpha.yaml: environment.REGION: none → north (gated)",
    "hubs/alpha.yaml: stage: staging → production",
    "images/lab/requirements.txt",
  ]);
});

it("tells of files that came and went, and of one that says the same", () => {
  const less = before.without("hubs/alpha.yaml");

  expect(writtenChanges(less.read(), before.read(), ["hubs/alpha.yaml"])).toEqual(["hubs/alpha.yaml: new"]);
  expect(writtenChanges(before.read(), less.read(), ["hubs/alpha.yaml"])).toEqual(["hubs/alpha.yaml: removed"]);
  expect(writtenChanges(before.read(), before.read(), ["hubs/alpha.yaml"])).toEqual([
    "hubs/alpha.yaml: as before, but for how it is written",
  ]);
});

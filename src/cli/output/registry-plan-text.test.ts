import { expect, it } from "vitest";

import type { RegistryPlan } from "../../operate/containers/retention/plan-registry.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { registryPlanDocument, renderRegistryPlan } from "./registry-plan-text.ts";

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const one = { children: [], createdAt: new Date("2026-03-04T05:06:07Z"), maker: "hubfleet" as const };
const plan: RegistryPlan = {
  registry: "main",
  address: "r.example.org/team",
  keep: { last: 3, days: 30 },
  repositories: [
    {
      image: "lab",
      place: { registry: "r.example.org", repository: "team/lab" },
      remove: [
        { ...one, digest: digest("1"), tags: ["0.1", "old"] },
        { ...one, digest: digest("2"), tags: [] },
      ],
      keep: [
        {
          ...one,
          digest: digest("3"),
          tags: ["0.2"],
          createdAt: undefined,
          because: ["named by the fleet", "of unknown age"],
        },
      ],
    },
    { image: "hub", place: { registry: "r.example.org", repository: "team/hub" }, remove: [], keep: [] },
  ],
  skipped: [{ image: "spare", because: "it has no base" }],
};

it("shows what goes by its tags, and why the rest stays", () => {
  expect(renderRegistryPlan(plan)).toBe(`main (r.example.org/team) keeps the last 3 of each image and 30 days

image/lab  r.example.org/team/lab
  goes   0.1, old                  sha256:111111111111…  2026-03-04
  stays  0.2                       sha256:333333333333…  no date     named by the fleet, of unknown age

image/spare was left alone: it has no base

2 tags would go, 2 manifests in all
`);
});

it("tells programs everything in one document, failures too", () => {
  const problem = new HubfleetError("REGISTRY_REFUSED", { message: "it is read-only" });
  const document = registryPlanDocument(plan, { removed: ["r.example.org/team/lab@x"], moved: [], stopped: [problem] });

  expect(document).toMatchObject({
    version: 1,
    images: [
      { image: "lab", remove: [{ tags: ["0.1", "old"] }, { tags: [] }], keep: [{ createdAt: null }] },
      { image: "hub", remove: [], keep: [] },
    ],
    skipped: [{ image: "spare" }],
    removed: ["r.example.org/team/lab@x"],
    problems: [{ code: "REGISTRY_REFUSED" }],
  });
});

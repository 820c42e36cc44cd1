import { expect, it } from "vitest";

import { aBundleOf } from "../../../../test/support/a-bundle.ts";
import { aFleet } from "../../../../test/support/a-fleet.ts";
import { renderMadeBundle } from "./bundle-text.ts";

it("says what was run, what was not, once for each reason which containers are missing, and what was left out", () => {
  const bundle = aBundleOf(aFleet().read());

  const text = renderMadeBundle({
    kind: "made",
    bundle,
    sentence: "the first bundle of this fleet",
    ran: ["image/lab"],
    passedBefore: ["image/hub"],
    withoutContainer: [
      { image: "hub", why: "no `base` and no Dockerfile" },
      { image: "lab", why: "no `base` and no Dockerfile" },
      { image: "tiny", why: "fleet.yaml names no registry" },
    ],
    notTried: [{ check: "pair/lab/worker", why: "worker is taken from a registry as it is" }],
    leftOut: ["groups/late.yaml", "hubs/alpha.yaml"],
    standing: { remote: "origin", reach: { kind: "current" }, isFirstSight: false, waiting: undefined },
  });

  expect(text).toBe(
    [
      `bundle ${bundle.id}, of commit 3fa9c21d5f0c: the first bundle of this fleet`,
      "  image/lab: passed",
      "  image/hub: passed before, not run again",
      "  pair/lab/worker: not tried, for worker is taken from a registry as it is",
      "  no container yet, which hubs on Kubernetes need: hub, lab (no `base` and no Dockerfile)",
      "  no container yet, which hubs on Kubernetes need: tiny (fleet.yaml names no registry)",
      "  in no commit as they are, so no part of it: groups/late.yaml, hubs/alpha.yaml",
      "",
    ].join("\n"),
  );
});

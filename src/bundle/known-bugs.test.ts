import { describe, expect, it } from "vitest";

import {
  aHub,
  anObservation,
  aStage,
  day,
  judge,
  noPolicy,
  outcome,
  start,
  watched,
  withSoak,
} from "../../test/support/a-gate.ts";
import { glass, onTry, seen } from "../../test/support/gate-cases/records.ts";

const week = withSoak({ minimumSeconds: 7 * 86_400 });
const hubs = [aHub("try")];

/** What went wrong in other tools' gates, as their users reported it. */
describe("a bug of other gates", () => {
  it("soaked in all stages before, and never opened until something else happened (akuity/kargo#4586)", () => {
    const canary = watched(start, start + 7 * day, { hub: "can", stage: "canary" });
    const earlier = [
      aStage("testing", { policy: week, hubs }),
      aStage("canary", { policy: week, hubs: [aHub("can")] }),
    ];

    expect(
      outcome({ earlier, evidence: [...watched(start, start + 7 * day), ...canary], now: start + 7 * day }),
    ).toEqual(["open"]);
  });

  it("how long something had soaked was lost when the next thing came (akuity/kargo#4238)", () => {
    const next = watched(start + 8 * day, start + 9 * day, { deployment: "d2", parts: { settings: "settings-2" } });

    expect(
      outcome({ testing: { policy: week, hubs }, evidence: [...watched(start, start + 7 * day), ...next] }),
    ).toEqual(["open"]);
  });

  it("nobody could pass the soak by a word of theirs (akuity/kargo#4237)", () => {
    const verdict = judge({ testing: { policy: week, hubs }, evidence: [glass] });

    expect(verdict).toMatchObject({ kind: "open", brokenGlass: { person: "ada", passedOver: [{ code: "not-seen" }] } });
  });

  it("a stage that runs nothing itself made the soak fail for ever (akuity/kargo#6360)", () => {
    const empty = aStage("flow", { hubs: [] });
    const verdict = judge({ earlier: [aStage("testing", { hubs }), empty], evidence: [seen] });

    expect(verdict.kind === "blocked" && verdict.reasons.map(({ satisfiedBy }) => satisfiedBy)).toEqual([
      "a hub in it, or fleet.yaml without it",
    ]);
  });

  it("stages that come later had to have soaked as well (akuity/kargo#6582)", () => {
    const failed = anObservation({ hub: "real", stage: "production", at: start + 2 * day, verdict: "failed" });

    expect(outcome({ evidence: [seen, failed] })).toEqual(["open"]);
  });

  it.each(["unknown", "error", "timeout"] as const)(
    "an analysis that ended as %s let it through (argoproj/argo-rollouts#3850)",
    (verdict) => {
      const checks = { ...noPolicy, checks: ["hub"] };

      expect(outcome({ testing: { policy: checks, hubs }, evidence: [seen, { ...onTry, verdict }] })).toEqual([
        "check-unknown",
      ]);
    },
  );
});

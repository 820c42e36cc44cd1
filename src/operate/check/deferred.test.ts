import { describe, expect, it } from "vitest";

import type { StepReport } from "./check-report.ts";
import { type DeferredPart, planDeferral } from "./deferred.ts";
import { standardSteps } from "./select-steps.ts";

const now = new Date("2026-11-21T12:00:00Z");
const check = (name: string, afterSeconds = 0) => ({ name, file: `${name}.py`, timeoutSeconds: 60, afterSeconds });
const hub = { checks: [check("ok"), check("nodes", 7200)] };
const part = (due: string): DeferredPart => ({ step: "extra/nodes", due, run: "0001" });
const owed = [part("2026-11-21T13:00:00Z")];
const due = [part("2026-11-21T11:00:00Z")];
const steps = (state: StepReport["state"]): readonly StepReport[] => [
  { name: "extra/nodes", title: "", state, milliseconds: 1, reason: null },
];

describe("a check that can only be seen later", () => {
  it("is left out by a whole check, which owes it from then on", () => {
    const { only, after } = planDeferral(hub, { only: undefined, waiting: [], now });

    expect(only).toEqual([...standardSteps, "extra/ok"]);
    expect(after([], "0002")).toEqual([{ step: "extra/nodes", due: "2026-11-21T14:00:00.000Z", run: "0002" }]);
  });

  it("is not put off by further checks", () => {
    const { only, after } = planDeferral(hub, { only: undefined, waiting: owed, now });

    expect(only).not.toContain("extra/nodes");
    expect(after([], "0002")).toEqual(owed);
  });

  it("is run once it is due, and owed anew by the whole check that ran it", () => {
    const { only, after } = planDeferral(hub, { only: undefined, waiting: due, now });

    expect(only).toContain("extra/nodes");
    expect(after(steps("failed"), "0002")).toEqual([
      { step: "extra/nodes", due: "2026-11-21T14:00:00.000Z", run: "0002" },
    ]);
  });

  it.each<[string, readonly string[], readonly DeferredPart[], readonly string[], readonly DeferredPart[]]>([
    ["by name at once", ["extra/nodes"], owed, ["extra/nodes"], []],
    ["as what is due", ["due"], due, ["extra/nodes"], []],
    ["not before it is due", ["due"], owed, [], owed],
    ["not when nothing is owed", ["due"], [], [], []],
  ])("is run %s", (_when, only, waiting, run, left) => {
    const deferral = planDeferral(hub, { only, waiting, now });

    expect(deferral.only).toEqual(run);
    expect(deferral.after(run.length === 0 ? [] : steps("passed"), "0002")).toEqual(left);
  });

  it("stays owed when it could not be tried", () => {
    const { after } = planDeferral(hub, { only: ["due"], waiting: due, now });

    expect(after(steps("skipped"), "0002")).toEqual(due);
  });

  it("is forgotten when the hub no longer has it", () => {
    const { only, after } = planDeferral({ checks: [check("ok")] }, { only: ["due"], waiting: due, now });

    expect(only).toEqual([]);
    expect(after([], "0002")).toEqual([]);
  });
});

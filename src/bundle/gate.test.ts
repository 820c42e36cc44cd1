import { describe, expect, it } from "vitest";

import { day, hour, judge, outcome, reasonsOf, start, watched } from "../../test/support/a-gate.ts";
import { checkCases } from "../../test/support/gate-cases/check-cases.ts";
import { peopleCases } from "../../test/support/gate-cases/people-cases.ts";
import {
  checked,
  type GateRow,
  glass,
  onTry,
  seen,
  signed,
  signOff,
  week,
} from "../../test/support/gate-cases/records.ts";
import { soakCases } from "../../test/support/gate-cases/soak-cases.ts";
import { windowCases } from "../../test/support/gate-cases/window-cases.ts";

const rows: readonly GateRow[] = [...soakCases, ...checkCases, ...peopleCases, ...windowCases];

describe("a gate, given", () => {
  it.each(rows.map(([what, test, ...expected]) => ({ what, test, expected })))("$what", ({ test, expected }) => {
    expect(outcome(test)).toEqual(expected);
  });

  it("shows every kind of reason in this table", () => {
    const shown = new Set(rows.flatMap(([, , ...expected]) => expected));

    expect([...shown].toSorted()).toEqual(
      [
        ...["check-failed", "check-missing", "check-unknown", "checklist-open", "clock-behind", "expired", "frozen"],
        ...["held", "no-container", "not-seen", "objection", "open", "packages-closed", "part-not-tried"],
        ...["sign-off-missing", "soak-time", "soak-use", "stage-empty", "stage-removed"],
      ].toSorted(),
    );
  });
});

describe("what a gate says", () => {
  it("names what is missing, and what would satisfy it", () => {
    const reasons = reasonsOf({
      evidence: watched(start, start + 3 * day + 4 * hour),
      now: start + 3 * day + 4 * hour,
      testing: { policy: week },
      stage: { ...signed },
    });

    expect(reasons.map(({ words, satisfiedBy }) => `${words} → ${satisfiedBy}`)).toEqual([
      "soaking in testing: 3 d 4 h of 7 d → observations that go on finding it well, close enough together",
      "0 of 1 sign-off by role approver, for image/lab, image/hub, settings and renderer → a sign-off by 1 more person of role approver",
    ]);
    expect(reasons[0]?.notBefore).toBe(start + 7 * day);
  });

  it("lists what an open gate rests on", () => {
    const verdict = judge({
      evidence: [seen, onTry, signOff],
      testing: { ...checked },
      stage: { ...signed },
    });

    expect(verdict).toEqual({
      kind: "open",
      restsOn: [
        { stage: "testing", words: "check hub passed on try", records: ["c"] },
        { stage: "testing", words: "soaked in testing: seen healthy", records: [seen.id] },
        { stage: "production", words: "signed off by ada", records: ["s"] },
      ],
    });
  });

  it("says who broke the glass, and past what", () => {
    const verdict = judge({ evidence: [glass] });

    expect(verdict.kind === "open" && verdict.brokenGlass).toMatchObject({
      record: "b",
      person: "ada",
      reason: "exploited",
      passedOver: [{ code: "not-seen" }],
    });
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { aStage, type GateCase, judge, start } from "../../test/support/a-gate.ts";
import { check, gateCase, lastMoment, observation, policies } from "../../test/support/arbitrary-evidence.ts";
import type { GateRecord } from "./gate-evidence.ts";

const runs = { numRuns: 1500 };
const isOpen = (test: GateCase): boolean => judge(test).kind === "open";

describe("laws of the gate", () => {
  it("opens for some of these cases and stays shut for others, so that the laws say something", () => {
    const verdicts = fc.sample(gateCase, { numRuns: 1000, seed: 1 }).map((test) => isOpen(test));
    const open = verdicts.filter(Boolean).length;

    expect(open).toBeGreaterThan(150);
    expect(open).toBeLessThan(850);
  });

  it("taking away what speaks for a bundle never opens it", () => {
    fc.assert(
      fc.property(gateCase, fc.nat(), (test, index) => {
        const removable = test.evidence.filter(isInFavour);
        const gone = removable[index % Math.max(1, removable.length)];
        const less = test.evidence.filter((record) => record !== gone);

        expect(isOpen(test) || !isOpen({ ...test, evidence: less })).toBe(true);
      }),
      runs,
    );
  });

  it("a further failure, or a look or check that comes to nothing, never opens it", () => {
    const bad = fc
      .tuple(fc.oneof(observation, check), fc.constantFrom("failed", "unknown", "error", "timeout", "skipped"))
      .map(([record, verdict]) => ({ ...record, id: "bad", verdict }));
    fc.assert(
      fc.property(gateCase, bad, (test, record) => {
        expect(isOpen(test) || !isOpen({ ...test, evidence: [...test.evidence, record] })).toBe(true);
      }),
      runs,
    );
  });

  it("time in which nobody looks never opens it", () => {
    fc.assert(
      fc.property(gateCase, fc.nat(1_000_000_000), (test, more) => {
        const past = { ...test, now: lastMoment, stage: { policy: withoutSilence(test) } };

        expect(isOpen(past) || !isOpen({ ...past, now: lastMoment + more })).toBe(true);
      }),
      runs,
    );
  });

  it("setting the clock back never opens it", () => {
    fc.assert(
      fc.property(gateCase, fc.nat(300), (test, minutes) => {
        expect(isOpen(test) || !isOpen({ ...test, now: test.now - minutes * 60_000 })).toBe(true);
      }),
      runs,
    );
  });

  it("a clock that is behind the newest record never opens it, whatever else is so", () => {
    fc.assert(
      fc.property(gateCase, fc.integer({ min: 1, max: 1_000_000 }), (test, behind) => {
        expect(isOpen({ ...test, newestRecordAt: test.now + behind })).toBe(false);
      }),
      runs,
    );
  });

  it("order and repetition of the evidence do not matter", () => {
    fc.assert(
      fc.property(gateCase, fc.infiniteStream(fc.nat()), (test, numbers) => {
        const twice = [...test.evidence, ...test.evidence.filter(() => (numbers.next().value ?? 0) % 3 === 0)];
        const shuffled = twice
          .map((record) => ({ record, key: numbers.next().value ?? 0 }))
          .toSorted((one, other) => one.key - other.key)
          .map(({ record }) => record);
        const [before, after] = [judge(test), judge({ ...test, evidence: shuffled })];

        expect([after.kind, codesOf(after)]).toEqual([before.kind, codesOf(before)]);
      }),
      runs,
    );
  });

  it("an open gate opens again from the records that it rests on, and from nothing else", () => {
    fc.assert(
      fc.property(gateCase, (test) => {
        const verdict = judge(test);
        const grounds = verdict.kind === "open" ? verdict.restsOn : [];
        const named = new Set(grounds.flatMap(({ records }) => records));
        const alone = { ...test, evidence: test.evidence.filter(({ id }) => named.has(id)) };

        expect(verdict.kind !== "open" || isOpen(alone)).toBe(true);
      }),
      runs,
    );
  });

  it("a gate that was loosened opens only where the old one and the new one do", () => {
    fc.assert(
      fc.property(gateCase, policies, policies, (test, one, other) => {
        const hubs = test.earlier?.[0]?.hubs ?? [];
        const judged = (old: typeof one, fresh: typeof one): boolean =>
          isOpen({
            ...test,
            earlier: [aStage("testing", { hubs, policy: fresh.testing, before: old.testing })],
            stage: { policy: fresh.production, before: old.production },
          });

        expect(!judged(one, other) || (judged(one, one) && judged(other, other))).toBe(true);
        expect(judged(one, other)).toBe(judged(other, one));
      }),
      runs,
    );
  });

  it("never speaks of nothing: a shut gate has a reason, an expired one a date", () => {
    fc.assert(
      fc.property(gateCase, fc.option(fc.nat(20_000), { nil: undefined }), (test, seconds) => {
        const policy = { ...withoutSilence(test), ...(seconds === undefined ? {} : { expiresSeconds: seconds }) };
        const verdict = judge({ ...test, stage: { policy } });

        const reasons = verdict.kind === "open" ? [] : verdict.reasons;
        expect(reasons.filter((one) => !isSaid(one))).toEqual([]);
        expect(verdict.kind === "blocked" && reasons.length === 0).toBe(false);
        expect(verdict.kind === "expired" ? verdict.since : undefined).toBe(
          verdict.kind === "expired" ? start + (seconds ?? 0) * 1000 : undefined,
        );
      }),
      runs,
    );
  });
});

function codesOf(verdict: ReturnType<typeof judge>): readonly string[] {
  return verdict.kind === "open" ? [] : verdict.reasons.map(({ code }) => code);
}

function isSaid({ words, satisfiedBy }: { readonly words: string; readonly satisfiedBy: string }): boolean {
  return words !== "" && satisfiedBy !== "" && !/undefined|NaN|Infinity/.test(`${words} ${satisfiedBy}`);
}

function isInFavour(record: GateRecord): boolean {
  switch (record.kind) {
    case "observation":
    case "check":
      return record.verdict === "passed";
    case "objection":
      return false;
    case "sign-off":
    case "tick":
    case "asked":
    case "break-glass":
      return true;
    // Of a record against the bundle they speak for it; of one in its favour they take away, and adding is tried above.
    case "mark":
    case "withdrawal":
      return false;
  }
}

function withoutSilence(test: GateCase): NonNullable<NonNullable<GateCase["stage"]>["policy"]> {
  const policy = test.stage?.policy;
  if (policy === undefined) throw new Error("every case has a policy");
  return { ...policy, signoffs: policy.signoffs.map(({ role, count }) => ({ role, count })) };
}

import * as fc from "fast-check";

import type { CheckRecord, GateRecord, MachineClock, Observation } from "../../src/bundle/gate-evidence.ts";
import type { StagePolicy } from "../../src/fleet/stage-policy.ts";
import { aHub, aStage, type GateCase, minute, noPolicy, start, theParts } from "./a-gate.ts";

const step = 10 * minute;
const steps = 24;
export const lastMoment = start + steps * step;

const moment = fc.integer({ min: 0, max: steps }).map((index) => start + index * step);
const hub = fc.constantFrom("try", "too");
const verdict = fc.constantFrom("passed", "passed", "passed", "failed", "unknown", "timeout", "error", "skipped");
const parts = fc.constantFrom<Readonly<Record<string, string>>>(
  theParts,
  theParts,
  theParts,
  { ...theParts, "image/lab": "lab-0" },
  { ...theParts, settings: "settings-0" },
);
const clock: fc.Arbitrary<MachineClock | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.record({
      machine: fc.constantFrom("one", "other"),
      boot: fc.constantFrom("1", "2"),
      seconds: fc.integer({ min: 0, max: steps }).map((index) => (index * step) / 1000),
    }),
  },
);
const sequence = fc.integer({ min: 0, max: 40 });

export const observation: fc.Arbitrary<Observation> = fc
  .record({
    id: fc.uuid(),
    at: moment,
    sequence,
    hub,
    clock,
    stage: fc.constantFrom("testing", "testing", "testing", "canary"),
    deployment: fc.constantFrom("d1", "d1", "d2"),
    parts,
    standing: fc.constantFrom("stage", "stage", "stage", "stage", "held", "draft"),
    verdict,
    spanSteps: fc.constantFrom(0, 0, 3, 8),
    longestGapSeconds: fc.constantFrom(300, 1800, 7200),
    spawns: fc.integer({ min: 0, max: 10 }),
    window: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ clock: by, spanSteps, longestGapSeconds, spawns, window, ...keys }): Observation => {
    const span = spanSteps * step;
    const first = {
      at: keys.at - span,
      ...(by === undefined ? {} : { clock: { ...by, seconds: by.seconds - span / 1000 } }),
    };
    return {
      kind: "observation",
      ...keys,
      ...(by === undefined ? {} : { clock: by }),
      ...(span === 0 ? {} : { first, longestGapSeconds }),
      exposure: { since: keys.at - window * step, spawns, users: Math.min(3, spawns), daskClusters: spawns },
    };
  });

export const check: fc.Arbitrary<CheckRecord> = fc
  .record({ id: fc.uuid(), at: moment, sequence, hub, parts, verdict })
  .map((keys) => ({ kind: "check", check: "hub", stage: "testing", standing: "stage", ...keys }));

const person = fc.constantFrom("ada", "grace", "alan");
const ofPeople: fc.Arbitrary<GateRecord> = fc
  .record({
    id: fc.uuid(),
    at: moment,
    sequence,
    person,
    parts,
    kind: fc.constantFrom(
      "sign-off" as const,
      "sign-off" as const,
      "sign-off" as const,
      "objection" as const,
      "asked" as const,
      "tick" as const,
    ),
  })
  .map(({ kind, person: who, ...keys }): GateRecord => {
    const stage = "production";
    switch (kind) {
      case "sign-off":
        return { kind, stage, person: who, roles: ["approver"], ...keys };
      case "objection":
        return { kind, stage, person: who, roles: ["viewer"], reason: "no", ...keys };
      case "asked":
        return { kind, stage, role: "approver", ...keys };
      case "tick":
        return { kind, stage, person: who, item: "plots", ...keys };
    }
  });

/** Records of every kind, with marks and withdrawals of some of them, and good ones in between so that gates do open. */
export const evidence: fc.Arbitrary<readonly GateRecord[]> = fc
  .record({
    some: fc.array(fc.oneof({ weight: 6, arbitrary: observation }, check, ofPeople), { maxLength: 12 }),
    good: fc.subarray(goodRecords(), { minLength: goodRecords().length - 4 }),
    marked: fc.array(fc.record({ id: fc.uuid(), at: moment, sequence, index: fc.nat(60) }), { maxLength: 3 }),
  })
  .map(({ some, good, marked }) => {
    const records = [...some, ...good];
    const marks = marked.flatMap(({ index, ...keys }): GateRecord[] => {
      const of = records[index % Math.max(1, records.length)]?.id;
      return of === undefined ? [] : [{ kind: "mark", person: "ada", reason: "network", of, ...keys }];
    });
    return [...records, ...marks];
  });

/** What the stages ask. Nothing in it depends on the hour of the day: freezes, holds and expiry have laws of their own. */
export const policies: fc.Arbitrary<{ readonly testing: StagePolicy; readonly production: StagePolicy }> = fc
  .record({
    minimumSteps: fc.integer({ min: 0, max: 14 }),
    observeEverySteps: fc.integer({ min: 1, max: 4 }),
    spawns: fc.constantFrom(0, 0, 3, 20),
    hubs: fc.constantFrom(undefined, 1, 2),
    checks: fc.constantFrom([], ["hub"]),
    signoffs: fc.constantFrom(0, 0, 1, 2),
    silence: fc.constantFrom(undefined, undefined, 3600),
    checklist: fc.boolean(),
  })
  .map(({ minimumSteps, observeEverySteps, spawns, hubs, checks, signoffs, silence, checklist }) => ({
    testing: {
      ...noPolicy,
      checks,
      ...(hubs === undefined ? {} : { hubs }),
      soak: {
        minimumSeconds: (minimumSteps * step) / 1000,
        patchMinimumSeconds: 0,
        exposure: { spawns, users: 0, daskClusters: 0 },
        observeEverySeconds: (observeEverySteps * step) / 1000,
      },
    },
    production: {
      ...noPolicy,
      signoffs:
        signoffs === 0
          ? []
          : [
              {
                role: "approver",
                count: signoffs,
                ...(silence === undefined ? {} : { noObjectionWithinSeconds: silence }),
              },
            ],
      checklist: checklist ? [{ name: "plots", text: "Look", needsAttachment: false }] : [],
    },
  }));

export const gateCase: fc.Arbitrary<GateCase & { readonly evidence: readonly GateRecord[]; readonly now: number }> = fc
  .record({ evidence, policies, now: fc.oneof(fc.constant(lastMoment), moment) })
  .map(({ policies: { testing, production }, ...keys }) => ({
    ...keys,
    earlier: [aStage("testing", { policy: testing, hubs: [aHub("try"), aHub("too")] })],
    stage: { policy: production },
  }));

/** Two hubs looked at every ten minutes, checked, signed off and ticked off. */
function goodRecords(): GateRecord[] {
  const looks = ["try", "too"].flatMap((name) =>
    Array.from({ length: 16 }, (_, index): Observation => {
      const at = start + index * step;
      const exposure = { since: at - step, spawns: 1, users: 1, daskClusters: 1 };
      return {
        kind: "observation",
        id: `${name}-${index}`,
        at,
        sequence: index,
        hub: name,
        stage: "testing",
        deployment: "d1",
        parts: theParts,
        standing: "stage",
        verdict: "passed",
        exposure,
      };
    }),
  );
  const dated = { at: start + step, sequence: 16, parts: theParts };
  const checks = ["try", "too"].map((name): CheckRecord => ({
    kind: "check",
    id: `check-${name}`,
    check: "hub",
    hub: name,
    stage: "testing",
    standing: "stage",
    verdict: "passed",
    ...dated,
  }));
  const people = ["ada", "grace"].map((who): GateRecord => ({
    kind: "sign-off",
    id: `yes-${who}`,
    stage: "production",
    person: who,
    roles: ["approver"],
    ...dated,
  }));
  return [
    ...looks,
    ...checks,
    ...people,
    { kind: "tick", id: "tick", stage: "production", item: "plots", person: "ada", ...dated },
  ];
}

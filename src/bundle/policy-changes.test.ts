import { describe, expect, it } from "vitest";

import { noPolicy } from "../../test/support/a-gate.ts";
import type { StagePolicy } from "../fleet/stage-policy.ts";
import { policyChanges, policyDigest } from "./policy-changes.ts";

const stage = (name: string, changes: Partial<StagePolicy> = {}): { name: string; policy: StagePolicy } => ({
  name,
  policy: { ...noPolicy, ...changes },
});
const week = { ...noPolicy.soak, minimumSeconds: 604_800 };
const onDay = { ...noPolicy.soak, minimumSeconds: 86_400 };

describe("what stages ask, before and after", () => {
  it("is the same when nothing changed, whatever the order of keys", () => {
    const { soak, checks, ...rest } = noPolicy;
    const turned = [{ name: "testing", policy: { ...rest, checks, soak } }];

    expect(policyChanges([stage("testing")], turned)).toEqual({ changes: [], loosens: false });
    expect(policyDigest(turned)).toBe(policyDigest([stage("testing")]));
    expect(policyDigest([stage("testing", { soak: week })])).not.toBe(policyDigest([stage("testing")]));
  });

  it.each<[string, Partial<StagePolicy>, Partial<StagePolicy>]>([
    ["a shorter soak", { soak: week }, { soak: onDay }],
    ["less use", { soak: { ...week, exposure: { ...week.exposure, spawns: 20 } } }, { soak: week }],
    ["rarer looks", { soak: week }, { soak: { ...week, observeEverySeconds: 7200 } }],
    ["one check less", { checks: ["hub", "extra/climate"] }, { checks: ["hub"] }],
    ["some hubs in place of all", {}, { hubs: 2 }],
    ["fewer hubs", { hubs: 3 }, { hubs: 2 }],
    ["no expiry", { expiresSeconds: 604_800 }, {}],
    ["a later expiry", { expiresSeconds: 86_400 }, { expiresSeconds: 604_800 }],
    ["a sign-off less", { signoffs: [{ role: "approver", count: 2 }] }, { signoffs: [{ role: "approver", count: 1 }] }],
    ["a role less", { signoffs: [{ role: "approver", count: 1 }] }, {}],
    [
      "silence that counts",
      { signoffs: [{ role: "approver", count: 1 }] },
      { signoffs: [{ role: "approver", count: 1, noObjectionWithinSeconds: 86_400 }] },
    ],
    ["signing for oneself", { selfSignoff: false }, { selfSignoff: true }],
    ["unsigned words", { claimed: "refuse" }, { claimed: "accept" }],
    ["what no hub tried", { untried: "refuse" }, { untried: "say" }],
    ["a checklist item less", { checklist: [{ name: "maps", text: "maps show", needsAttachment: false }] }, {}],
    [
      "no attachment",
      { checklist: [{ name: "maps", text: "maps show", needsAttachment: true }] },
      { checklist: [{ name: "maps", text: "maps show", needsAttachment: false }] },
    ],
    ["more hubs that may fail", { failures: 0 }, { failures: 1 }],
    ["by itself", { auto: false }, { auto: true }],
  ])("loosens with %s, and not the other way round", (_, before, after) => {
    const [one, other] = [[stage("production", before)], [stage("production", after)]];

    expect(policyChanges(one, other)).toMatchObject({ loosens: true });
    expect(policyChanges(other, one)).toMatchObject({ loosens: false });
    expect(policyChanges(one, other).changes).toHaveLength(1);
  });

  it("does not loosen with how hubs are gone through", () => {
    const { changes, loosens } = policyChanges(
      [stage("production")],
      [stage("production", { waves: [{ kind: "hubs", count: 1 }], concurrency: 9 })],
    );

    expect(changes).toEqual(["production: concurrency 4 → 9", 'production: waves [] → [{"kind":"hubs","count":1}]']);
    expect(loosens).toBe(false);
  });

  it("loosens when a stage goes or changes its place, and not when one comes", () => {
    const two = [stage("testing"), stage("production")];

    expect(policyChanges(two, [stage("production")])).toEqual({ changes: ["testing: taken out"], loosens: true });
    expect(policyChanges([stage("production")], two)).toEqual({ changes: ["testing: new"], loosens: false });
    expect(policyChanges(two, two.toReversed())).toEqual({
      changes: ["the order of stages: testing, production → production, testing"],
      loosens: true,
    });
  });

  it("says what was and what is", () => {
    expect(
      policyChanges([stage("production", { soak: week })], [stage("production", { soak: onDay, hubs: 2 })]).changes,
    ).toEqual(["production: hubs nothing → 2", "production: soak.minimumSeconds 604800 → 86400"]);
  });
});

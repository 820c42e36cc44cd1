import * as fc from "fast-check";
import { expect, it } from "vitest";

import { planRetention, type RetentionFacts, type StoredManifest } from "./plan-retention.ts";

interface World {
  readonly manifests: readonly StoredManifest[];
  readonly facts: RetentionFacts;
}

const now = new Date("2026-06-01T00:00:00Z");
const day = 86_400_000;
const digestOf = (index: number): string => `sha256:${String(index).padStart(64, "0")}`;

/** Lists name images that come later in the row, so that none names itself. */
const world: fc.Arbitrary<World> = fc
  .record({
    rows: fc.array(
      fc.record({
        tags: fc.integer({ min: 0, max: 2 }),
        children: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
        age: fc.option(fc.integer({ min: -2, max: 40 }), { freq: 8 }),
        maker: fc.constantFrom<StoredManifest["maker"]>(
          "hubfleet",
          "hubfleet",
          "hubfleet",
          "hubfleet",
          "somebody-else",
          "unknown-commit",
        ),
        isNamed: fc.integer({ min: 0, max: 9 }),
      }),
      { maxLength: 14 },
    ),
    last: fc.integer({ min: 1, max: 4 }),
    days: fc.integer({ min: 0, max: 30 }),
  })
  .map(({ rows, last, days }) => {
    const manifests = rows.map(({ tags, children, age, maker }, index) => ({
      digest: digestOf(index),
      tags: Array.from({ length: tags }, (_, tag) => `t${index}-${tag}`),
      children: [...new Set(children.map((step) => index + step).filter((child) => child < rows.length))].map(digestOf),
      createdAt: age === null ? undefined : new Date(now.getTime() - age * day),
      maker,
    }));
    const named = rows.flatMap(({ isNamed }, index) =>
      isNamed === 0 ? [digestOf(index)] : isNamed === 1 ? [`t${index}-0`] : [],
    );
    const current = rows.flatMap(({ isNamed }, index) => (isNamed === 2 ? [`t${index}-1`] : []));
    return { manifests, facts: { keep: { last, days }, now, named: new Set(named), current: new Set(current) } };
  });

/** Why a manifest by itself must never go, said one by one and in other words than the planner's. */
function mustStay(manifest: StoredManifest, { manifests, facts }: World): boolean {
  if (facts.named.has(manifest.digest)) return true;
  if (manifest.maker !== "hubfleet") return true;
  for (const tag of manifest.tags) if (facts.named.has(tag) || facts.current.has(tag)) return true;
  if (manifest.tags.length === 0) return false;
  const { createdAt } = manifest;
  if (createdAt === undefined) return true;
  const youngestThatMayGo = new Date(now.getTime() - facts.keep.days * day);
  if (createdAt > youngestThatMayGo) return true;
  const times = manifests
    .filter((one) => one.maker === "hubfleet" && one.tags.length > 0 && one.createdAt !== undefined)
    .map((one) => one.createdAt?.getTime() ?? 0)
    .sort((one, other) => other - one);
  const lastKept = times[facts.keep.last - 1];
  return lastKept === undefined || createdAt.getTime() >= lastKept;
}

it("never removes what is protected, nor a part of it, and leaves nothing else", () => {
  let removals = 0;
  fc.assert(
    fc.property(world, (one) => {
      const { remove, keep } = planRetention(one.manifests, one.facts);
      const [gone, stays] = [new Set(remove.map(({ digest }) => digest)), new Set(keep.map(({ digest }) => digest))];
      removals += gone.size;

      expect(remove.filter((manifest) => mustStay(manifest, one))).toEqual([]);
      for (const list of keep) expect(list.children.filter((child) => gone.has(child))).toEqual([]);
      for (const list of remove) {
        const parts = one.manifests.filter(({ digest }) => list.children.includes(digest));
        expect(parts.filter((part) => mustStay(part, one))).toEqual([]);
      }
      expect([...gone, ...stays].sort()).toEqual(one.manifests.map(({ digest }) => digest).sort());

      // Everything that stays has a chain of reasons: by itself, above something that stays by itself, or below what stays.
      const reached = new Set(one.manifests.filter((each) => mustStay(each, one)).map(({ digest }) => digest));
      for (let before = -1; before !== reached.size;) {
        before = reached.size;
        for (const each of one.manifests)
          if (each.children.some((child) => reached.has(child))) reached.add(each.digest);
      }
      for (const each of one.manifests)
        if (reached.has(each.digest)) each.children.forEach((child) => reached.add(child));
      expect([...stays].sort()).toEqual([...reached].sort());
      for (const { because } of keep) expect(because.length).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
  expect(removals).toBeGreaterThan(500);
});

it("removes lists before what they list", () => {
  fc.assert(
    fc.property(world, (one) => {
      const order = planRetention(one.manifests, one.facts).remove;
      for (const [place, { digest }] of order.entries()) {
        expect(order.slice(place).filter(({ children }) => children.includes(digest))).toEqual([]);
      }
    }),
  );
});

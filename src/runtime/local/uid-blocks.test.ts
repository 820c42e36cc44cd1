import * as fc from "fast-check";
import { expect, it } from "vitest";

import { assignUidBlock, noUidBlocks, renameBlock, type UidBlock, type UidBlocks, uidsPerHub } from "./uid-blocks.ts";

const hubNames = fc.array(fc.stringMatching(/^[a-z]{1,3}\/[a-z]{1,3}$/), { minLength: 1, maxLength: 60 });

it("gives each hub a block of its own that overlaps no other", () => {
  fc.assert(
    fc.property(hubNames, (hubs) => {
      const { blocks } = assignAll(hubs);

      const starts = [...blocks.values()].map(({ firstUid }) => firstUid).sort((one, other) => one - other);
      const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
      expect(gaps.every((gap) => gap >= uidsPerHub)).toBe(true);
      expect([...blocks.values()].every(({ count }) => count === uidsPerHub)).toBe(true);
    }),
  );
});

it("gives a hub the same block whenever it asks", () => {
  fc.assert(
    fc.property(hubNames, (hubs) => {
      const { registry, blocks } = assignAll(hubs);

      for (const hub of hubs) {
        const again = assignUidBlock(registry, hub);
        expect(again.block).toEqual(blocks.get(hub));
        expect(again.registry).toEqual(registry);
      }
    }),
  );
});

it("never gives a block to another hub, however many come later", () => {
  fc.assert(
    fc.property(hubNames, hubNames, (early, late) => {
      const first = assignAll(early);
      const second = assignAll(late, first.registry);

      for (const [hub, block] of first.blocks) expect(assignUidBlock(second.registry, hub).block).toEqual(block);
    }),
  );
});

it("stays between what systemd hands out and 2^31", () => {
  const { block } = assignUidBlock(noUidBlocks, "uuid/alpha");
  const last = assignUidBlock({ version: 1, blocks: { "uuid/last": 20_000 } }, "uuid/next").block;

  expect(block.firstUid).toBeGreaterThan(1_879_048_191);
  expect(last.firstUid + last.count).toBeLessThan(2_147_352_576);
});

it("gives a renamed hub the block that it had, and that block to nobody else", () => {
  fc.assert(
    fc.property(hubNames, fc.stringMatching(/^[a-z]{1,3}\/[a-z]{4}$/), hubNames, (hubs, renamed, later) => {
      const { registry, blocks } = assignAll(hubs);
      const from = hubs[0] ?? "";

      const after = renameBlock(registry, from, renamed);

      expect(renameBlock(after, from, renamed)).toEqual(after);
      expect(assignUidBlock(after, renamed).block).toEqual(blocks.get(from));
      const others = assignAll([from, ...later.filter((hub) => !hubs.includes(hub))], after).blocks;
      expect([...others.values()].map(({ firstUid }) => firstUid)).not.toContain(blocks.get(from)?.firstUid);
    }),
  );
});

it("gives the block that the new name had to nobody", () => {
  const { registry } = assignAll(["f/old", "f/new"]);

  const after = assignUidBlock(renameBlock(registry, "f/old", "f/new"), "f/later");

  const { firstUid } = assignUidBlock(noUidBlocks, "x").block;
  expect(assignUidBlock(after.registry, "f/new").block.firstUid).toBe(firstUid);
  expect(after.block.firstUid).toBe(firstUid + 2 * uidsPerHub);
});

function assignAll(
  hubs: readonly string[],
  from: UidBlocks = noUidBlocks,
): { registry: UidBlocks; blocks: Map<string, UidBlock> } {
  let registry = from;
  const blocks = new Map<string, UidBlock>();
  for (const hub of hubs) {
    const assigned = assignUidBlock(registry, hub);
    registry = assigned.registry;
    blocks.set(hub, assigned.block);
  }
  return { registry, blocks };
}

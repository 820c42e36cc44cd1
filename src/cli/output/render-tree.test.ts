import { stripVTControlCharacters } from "node:util";

import { type Arbitrary, array, assert, constantFrom, integer, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";

import type { ProgressEvent } from "../../ports/local-world.ts";
import { textWidth } from "./fit-text.ts";
import { createPaint } from "./paint.ts";
import { renderTree } from "./render-tree.ts";
import { emptyTree, growTree } from "./step-tree.ts";

type Told = readonly [target: string, state: ProgressEvent["state"], text?: string, expectedMilliseconds?: number];

/** The tree after events a second apart, drawn a second after the last. */
function drawn(told: readonly Told[], { columns = 100, rows = 30 } = {}): string {
  return lines(told, { columns, rows }).join("\n");
}

function lines(told: readonly Told[], { columns, rows }: { columns: number; rows: number }): readonly string[] {
  const tree = told.reduce((before, [target, state, text = "", expectedMilliseconds], index) => {
    const expected = expectedMilliseconds === undefined ? {} : { expectedMilliseconds };
    return growTree(before, { target, state, text, ...expected }, (index + 1) * 1000);
  }, emptyTree(0));
  return renderTree(tree, { now: (told.length + 1) * 1000, columns, rows, paint: createPaint(false) });
}

const fleet: readonly Told[] = [
  ["image/lab", "queued"],
  ["image/lab", "started", "lock"],
  ["image/lab", "done", "lock: 102 packages in images/lab/lock.txt"],
  ["image/lab", "started", "build environment", 12_000],
  ["hub/research", "queued"],
  ["hub/staging", "queued"],
  ["hub/staging", "started", "start proxy"],
  ["hub/staging", "failed", "start proxy: port 18000 is taken"],
];

/** A hundred hubs done, three that failed, four at work, ninety-three that wait. */
const manyHubs: readonly Told[] = Array.from({ length: 200 }, (_, index): readonly Told[] => {
  const target = `hub/hub-${String(index).padStart(3, "0")}`;
  if (index < 100)
    return [
      [target, "queued"],
      [target, "started", "start hub"],
      [target, "done", "start hub"],
      [target, "settled"],
    ];
  if (index < 103)
    return [
      [target, "queued"],
      [target, "settled", "port 18000 is taken"],
    ];
  if (index < 107)
    return [
      [target, "queued"],
      [target, "started", "start hub", 6_000],
    ];
  return [[target, "queued"]];
}).flat();

describe("renderTree", () => {
  it("draws nothing before anything happened", () => {
    expect(drawn([])).toBe("");
  });

  it("shows images and hubs with their steps, elapsed and usual times", () => {
    expect(drawn(fleet)).toMatchInlineSnapshot(`
      "fleet  9.0s
      ├─ images  0 of 1 done, 1 at work
      │  └─ … image/lab
      │     ├─ ✓ lock: 102 packages in images/lab/lock.txt  (1.0s)
      │     └─ … build environment  5.0s of about 12s
      └─ hubs  0 of 2 done, 1 failed, 1 waiting
         ├─ · hub/research
         └─ ✗ hub/staging
            └─ ✗ start proxy: port 18000 is taken"
    `);
  });

  it("leaves out steps that are done, then targets that are done or wait, when there are fewer rows", () => {
    expect(drawn(fleet, { rows: 8 })).toMatchInlineSnapshot(`
      "fleet  9.0s
      ├─ images  0 of 1 done, 1 at work
      │  └─ … image/lab
      │     └─ … build environment  5.0s of about 12s
      └─ hubs  0 of 2 done, 1 failed, 1 waiting
         └─ ✗ hub/staging
            └─ ✗ start proxy: port 18000 is taken"
    `);
  });

  it("shows of 200 hubs those at work and those that failed, and counts the others", () => {
    expect(drawn(manyHubs, { rows: 12 })).toMatchInlineSnapshot(`
      "fleet  8m28s
      └─ hubs  100 of 200 done, 3 failed, 4 at work, 93 waiting
         ├─ ✗ hub/hub-100  port 18000 is taken
         ├─ ✗ hub/hub-101  port 18000 is taken
         ├─ ✗ hub/hub-102  port 18000 is taken
         ├─ … hub/hub-103  start hub  100s of about 6.0s
         ├─ … hub/hub-104  start hub  98s of about 6.0s
         ├─ … hub/hub-105  start hub  96s of about 6.0s
         └─ … hub/hub-106  start hub  94s of about 6.0s"
    `);
  });

  it("says how many more there are when even those do not fit, those at work first", () => {
    expect(drawn(manyHubs, { rows: 8 })).toMatchInlineSnapshot(`
      "fleet  8m28s
      └─ hubs  100 of 200 done, 3 failed, 4 at work, 93 waiting
         ├─ … hub/hub-103  start hub  100s of about 6.0s
         ├─ … hub/hub-104  start hub  98s of about 6.0s
         ├─ … hub/hub-105  start hub  96s of about 6.0s
         ├─ … hub/hub-106  start hub  94s of about 6.0s
         ├─ ✗ hub/hub-102  port 18000 is taken
         └─ and 2 more such"
    `);
  });

  it("marks what a narrow terminal cuts off", () => {
    expect(drawn(fleet.slice(0, 4), { columns: 30 }).split("\n").at(-1)).toBe("      └─ … build environment …");
  });

  it("says how long a target took, and that a step of it failed while another goes on", () => {
    const told = drawn([
      ["hub/a", "queued"],
      ["hub/a", "started", "start hub"],
      ["hub/a", "started", "start proxy"],
      ["hub/a", "failed", "start proxy: ended"],
      ["hub/b", "queued"],
      ["hub/b", "started", "live settings"],
      ["hub/b", "done", "live settings: in effect"],
      ["hub/b", "settled"],
    ]);

    expect(told).toContain("… hub/a\n");
    expect(told).toContain("✗ start proxy: ended");
    expect(told).toContain("✓ hub/b  (2.0s)");
  });

  it("never takes more rows or columns than there are, whatever happened", () => {
    const event = tuple(
      constantFrom("hub/a", "hub/b", "hub/名前", "image/lab", "fleet", ...manyHubs.slice(0, 40).map(([name]) => name)),
      constantFrom("queued", "started", "done", "failed", "settled"),
      constantFrom("", "start hub", "start hub: 起動しない", "stop\nnow", "x".repeat(300)),
    ) satisfies Arbitrary<Told>;

    assert(
      property(
        array(event, { maxLength: 80 }),
        integer({ min: 0, max: 120 }),
        integer({ min: 0, max: 40 }),
        (told, columns, rows) => {
          const all = lines(told, { columns, rows });

          expect(all.length).toBeLessThanOrEqual(rows);
          for (const line of all) expect(textWidth(stripVTControlCharacters(line))).toBeLessThanOrEqual(columns);
          expect(all.join("")).not.toContain("\n");
        },
      ),
    );
  });
});

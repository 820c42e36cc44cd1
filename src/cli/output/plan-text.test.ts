import { describe, expect, it } from "vitest";

import type { Change, Plan } from "../../plan/plan.ts";
import { renderPlanMarkdown } from "./plan-text.ts";

const aChange = (changes: Partial<Change>): Change => ({
  target: "hub/alpha",
  action: "update",
  part: "live settings",
  effect: "none",
  because: ['announcement: now "Friday"'],
  at: [],
  ...changes,
});
const aPlan = (plan: Partial<Plan>): Plan => ({
  version: 1,
  fleet: "first-fleet",
  hubs: ["alpha", "beta"],
  changes: [],
  fingerprints: {},
  waiting: [],
  removals: [],
  bundled: [],
  remarks: [],
  ...plan,
});
/** Each hub restarts for another reason of `length` characters; every tenth one ends servers. */
const manyHubs = (count: number, length: number): Plan => {
  const names = Array.from({ length: count }, (_, index) => `hub-${index}`);
  const because = ["x".repeat(length)];
  const changes = names.flatMap((name, index) => [
    aChange({ target: `hub/${name}`, part: "hub", effect: "hub restarts", because }),
    aChange({ target: `hub/${name}`, effect: index % 10 === 0 ? "servers end" : "none", because }),
  ]);
  return aPlan({ hubs: names, changes, waiting: changes });
};

describe("a plan for a pull request", () => {
  it("is folded by hub, with effects, reasons and places", () => {
    const at = [{ path: "hubs/alpha.yaml", line: 4, column: 1 }];
    const changes = [
      aChange({ part: "hub", effect: "hub restarts", because: ['title: "A|B" → "<b>C"'], at }),
      aChange({}),
      aChange({ target: "hub/beta", part: "culler", action: "delete" }),
    ];

    expect(renderPlanMarkdown(aPlan({ changes, remarks: ["hub/old runs here"] }))).toMatchInlineSnapshot(`
      "### 3 changes on 2 of 2 hubs; people feel "hub restarts".

      > hub/old runs here

      <details><summary><b>hub/alpha</b>: 2 changes; people feel "hub restarts"</summary>

      | change | people feel | because |
      | --- | --- | --- |
      | update hub | hub restarts | title: "A\\|B" → "&lt;b>C" \`hubs/alpha.yaml:4:1\` |
      | update live settings | none | announcement: now "Friday" |

      </details>

      <details><summary><b>hub/beta</b>: 1 change; people feel nothing</summary>

      | change | people feel | because |
      | --- | --- | --- |
      | delete culler | none | announcement: now "Friday" |

      </details>
      "
    `);
  });

  it("says that there is nothing to change", () => {
    expect(renderPlanMarkdown(aPlan({}))).toMatch(/^### Nothing to change/);
  });

  it.each([
    [200, 40],
    [200, 2_000],
    [200, 100_000],
    [2_000, 40],
    [50_000, 40],
  ])("of %i hubs with reasons of %i characters fits into a comment", (count, length) => {
    expect(renderPlanMarkdown(manyHubs(count, length)).length).toBeLessThanOrEqual(65_000);
  });

  it("keeps the reasons of the worst, and a line for each of the others, when not all fit", () => {
    const text = renderPlanMarkdown(manyHubs(200, 400)).split("waiting for `hubfleet up`")[0] ?? "";

    const folded = [...text.matchAll(/<b>hub\/hub-(\d+)<\/b>/g)].map((match) => Number(match[1]));
    const lines = [...text.matchAll(/^\| hub\/hub-(\d+) \| 2 \|/gm)].map((match) => Number(match[1]));
    expect(folded.filter((index) => index % 10 === 0)).toHaveLength(20);
    expect([...folded, ...lines].toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 200 }, (_, index) => index),
    );
    expect(lines.length).toBeGreaterThan(50);
  });

  it("counts by effect when not even a line for each fits", () => {
    const text = renderPlanMarkdown(manyHubs(5_000, 40));

    expect(text).toContain("| servers end | 500 targets |\n| hub restarts | 4500 targets |");
  });
});

import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { type MeasuredPairs, renderPairsPage } from "./pairs-page.ts";

const measured = readFileSync(new URL("../../../test/bench/pairs.measured.json", import.meta.url), "utf8");

describe("the page about pairs", () => {
  it("says what the rules say, and what they were made from", async () => {
    const page = renderPairsPage(JSON.parse(measured) as MeasuredPairs); // written by pairs.bench.ts

    await expect(page).toMatchFileSnapshot("../../../docs/reference/pairs.md");
  });
});

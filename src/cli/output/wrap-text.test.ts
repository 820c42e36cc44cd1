import { expect, it } from "vitest";

import { textWidth } from "./fit-text.ts";
import { wrapText } from "./wrap-text.ts";

const text = "to production: open (7 d of 7 d): `hubfleet promote 2026.11.21-3fa9c21e --to production` takes it there";

it("breaks between words, and what follows is indented further", () => {
  expect(wrapText(text, { indent: "  ", columns: 70 })).toBe(
    [
      "  to production: open (7 d of 7 d):",
      "      `hubfleet promote 2026.11.21-3fa9c21e --to production` takes it",
      "      there",
    ].join("\n"),
  );
});

it("leaves a command whole, also where it is wider than the terminal", () => {
  expect(wrapText(text, { indent: "", columns: 20 })).toContain(
    "\n    `hubfleet promote 2026.11.21-3fa9c21e --to production`\n",
  );
});

it("is one line where nobody knows how wide it may be", () => {
  expect(wrapText(text, { indent: "  " })).toBe(`  ${text}`);
});

it.each([30, 40, 80])("fits into %i columns where its words do", (columns) => {
  const words = wrapText("soaking in staging: 3 d 4 h of 7 d, 12 of 20 spawns; not before 2026-11-25", {
    indent: "    ",
    columns,
  });

  expect(Math.max(...words.split("\n").map(textWidth))).toBeLessThanOrEqual(columns);
});

import { expect, it } from "vitest";

import { printInto, quote, quoteForBash, run } from "./shell-steps.ts";

it("a step of several lines is one instruction that ends with the first failure", () => {
  expect(run(["one;", "two"], ["--mount=type=secret,id=a"])).toEqual([
    "RUN --mount=type=secret,id=a \\\n    set -eu; \\\n    one; \\\n    two",
  ]);
});

it("a file is printed without a here-document, which older builders cannot read", () => {
  expect(printInto("/tmp/a", ["it's", ""])).toEqual(["printf '%s\\n'", "  'it'\\''s'", "  '' > /tmp/a;"]);
});

it.each([
  ["plain", "'plain'"],
  ['$(id) `id` \\ "', "'$(id) `id` \\ \"'"],
  ["'; rm -rf / #", "''\\''; rm -rf / #'"],
])("%j is one word of the shell", (text, expected) => {
  expect(quote(text)).toBe(expected);
});

it.each([
  ["it's", "$'it\\'s'"],
  ["a\nb\\n", "$'a\\nb\\\\n'"],
  ["$HOME", "$'$HOME'"],
])("%j is one line for bash", (text, expected) => {
  expect(quoteForBash(text)).toBe(expected);
});

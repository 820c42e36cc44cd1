import { expect, it } from "vitest";

import { countedPaths } from "./counted-paths.ts";

it.each<readonly [readonly string[], readonly string[]]>([
  [["a"], ["a", "a/b", "a/b/c"]],
  [["a/"], ["a/b", "a/b/c"]],
  [["./a//b"], ["a/b", "a/b/c"]],
  [["."], ["a", "a/b", "a/b/c", "ab", "b"]],
  [
    ["ab", "b"],
    ["ab", "b"],
  ],
  [[], []],
])("%j", (paths, counted) => {
  expect(["a", "a/b", "a/b/c", "ab", "b"].filter(countedPaths(paths))).toEqual(counted);
});

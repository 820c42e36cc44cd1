import { expect, it } from "vitest";

import { createRetryDelay } from "./retry-delay.ts";

it.each([
  ["00000000", [0, 0, 0, 0]],
  ["80000000", [100, 200, 1600, 2000]],
  ["ffffffff", [199, 399, 3199, 3999]],
])("waits any time up to a limit that doubles, and never long: %s", (drawn, expected) => {
  const delay = createRetryDelay({ hex: () => drawn });

  expect([1, 2, 5, 40].map(delay)).toEqual(expected);
});

import { expect, it } from "vitest";

import { fromUnknown } from "./from-unknown.ts";

it.each([
  ["ENOSPC", "DISK_FULL"],
  ["EDQUOT", "DISK_FULL"],
  ["EIO", "UNEXPECTED"],
])("calls %s %s, with the words of the system", (code, expected) => {
  const thrown = Object.assign(new Error(`${code}: words, write`), { code });

  expect(fromUnknown(thrown)).toMatchObject([{ code: expected, message: `${code}: words, write` }]);
});

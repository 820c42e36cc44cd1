import * as fc from "fast-check";
import { expect, it } from "vitest";

import { describeLockDifference, pins } from "./lock-difference.ts";

it("names added, removed and changed packages", () => {
  const before = "six==1.16.0 \\\n    --hash=sha256:0\nnumpy==2.3.5 ; python_version >= '3.11'\n";

  expect(describeLockDifference(before, "numpy==2.4.6\nscipy==1.17.0\n")).toBe(
    "numpy 2.3.5 → 2.4.6, for all platforms instead of python_version >= '3.11', − six, + scipy 1.17.0",
  );
});

it("counts what does not fit on the line", () => {
  const many = Array.from({ length: 9 }, (_, index) => `package${index}==1`).join("\n");

  expect(describeLockDifference("", many)).toMatch(/ and 3 more$/);
});

it("finds no difference between a lock and itself", () => {
  const lock = fc.array(
    fc.tuple(fc.stringMatching(/^[a-z]([a-z0-9]|-[a-z0-9]){0,6}$/), fc.stringMatching(/^\d+(\.\d+){0,2}$/)),
  );
  fc.assert(
    fc.property(lock, (packages) => {
      const text = packages.map(([name, version]) => `${name}==${version}`).join("\n");
      expect(describeLockDifference(text, text)).toBe("same packages");
      expect([...pins(text).keys()].sort()).toEqual([...new Set(packages.map(([name]) => name))].sort());
    }),
  );
});

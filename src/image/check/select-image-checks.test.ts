import { expect, it } from "vitest";

import { selectImageChecks } from "./select-image-checks.ts";

const all = ["imports", "kernel", "tests/test_a.py", "tests/b.ipynb"];

it.each<[readonly string[] | undefined, readonly string[]]>([
  [undefined, all],
  [
    ["kernel", "imports"],
    ["imports", "kernel"],
  ],
  [["tests"], ["tests/test_a.py", "tests/b.ipynb"]],
  [["tests/b.ipynb"], ["tests/b.ipynb"]],
  [["pair"], []],
  [["pair/arrays", "kernel"], ["kernel"]],
])("--only %j", (only, chosen) => {
  expect(selectImageChecks(all, only)).toEqual(chosen);
});

it("an image without tests may be asked for them", () => {
  expect(selectImageChecks(["imports"], ["tests"])).toEqual([]);
});

it("names the nearest of what there is", () => {
  expect(() => selectImageChecks(all, ["kernels"])).toThrow(
    expect.objectContaining({ code: "UNKNOWN_STEP", hint: expect.stringContaining("kernel") as string }) as Error,
  );
});

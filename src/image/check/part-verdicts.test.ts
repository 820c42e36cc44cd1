import { expect, it } from "vitest";

import type { CheckedVerdict } from "./image-check-report.ts";
import { partVerdicts } from "./part-verdicts.ts";

function steps(...written: readonly string[]): readonly CheckedVerdict[] {
  return written.map((line) => {
    const [check = "", result = "passed"] = line.split(" ");
    return {
      check,
      result: result as CheckedVerdict["result"],
      summary: "seen",
      milliseconds: 1,
      from: null,
      files: [],
    }; // as typed below
  });
}

it.each([
  ["an image alone", ["imports", "plot"], [], [["image/lab", "passed", ""]]],
  ["a failure in it", ["imports", "plot failed"], [], [["image/lab", "failed", "plot: seen"]]],
  ["its own worker", ["imports", "pair/arrays failed"], ["lab"], [["image/lab", "failed", "pair/arrays: seen"]]],
  [
    "another worker",
    ["imports", "pair/arrays failed"],
    ["worker"],
    [
      ["image/lab", "passed", ""],
      ["pair/lab/worker", "failed", "pair/arrays: seen"],
    ],
  ],
  [
    "workers, one named like the beginning of another",
    ["imports", "pair/gpu/arrays", "pair/gpu/next/arrays failed", "pair/lab/arrays"],
    ["gpu", "gpu/next", "lab"],
    [
      ["image/lab", "passed", ""],
      ["pair/lab/gpu", "passed", ""],
      ["pair/lab/gpu/next", "failed", "pair/gpu/next/arrays: seen"],
    ],
  ],
  [
    "a pair that was not tried",
    ["imports", "pair skipped"],
    ["worker"],
    [
      ["image/lab", "passed", ""],
      ["pair/lab/worker", "skipped", "pair: seen"],
    ],
  ],
] as const)("sorts %s", (_name, written, workers, expected) => {
  const found = partVerdicts({ target: "image/lab", checks: steps(...written) }, workers);

  expect(found.map(({ check, verdict, summary }) => [check, verdict, summary])).toEqual(expected);
});

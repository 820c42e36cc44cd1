import { describe, expect, it } from "vitest";

import { parseRequirements } from "./requirements.ts";

const commit = "a".repeat(40);

describe("parseRequirements", () => {
  it.each([
    ["numpy", { kind: "index", name: "numpy", range: "" }],
    [
      "Dask_Gateway[all]>=2023, <2027 ; python_version < '3.12'",
      { kind: "index", name: "dask-gateway", range: ">=2023, <2027 ; python_version < '3.12'" },
    ],
    [
      `thing @ git+https://git.example.org/thing@${commit}`,
      { kind: "git", name: "thing", address: `git+https://git.example.org/thing@${commit}` },
    ],
    [
      `git+https://git.example.org/thing@main#egg=My_Thing`,
      { kind: "git", name: "my-thing", address: "git+https://git.example.org/thing@main#egg=My_Thing" },
    ],
    ["hg+https://example.org/x", { kind: "git", name: undefined, address: "hg+https://example.org/x" }],
    ["x @ https://example.org/x-1.whl", { kind: "address", name: "x", address: "https://example.org/x-1.whl" }],
    ["-e .", { kind: "path", path: "." }],
    ["./wheels/x-1.whl", { kind: "path", path: "./wheels/x-1.whl" }],
    ["x @ file:///opt/x", { kind: "path", path: "file:///opt/x" }],
    ["-r ../common.txt", { kind: "file", constraint: false, path: "../common.txt" }],
    ["--constraint=pins.txt", { kind: "file", constraint: true, path: "pins.txt" }],
    ["--pre", { kind: "option", option: "--pre" }],
  ])("reads %s", (line, what) => {
    expect(parseRequirements(line).map((requirement) => requirement.what)).toEqual([what]);
  });

  it("knows the line of each, over comments and lines that go on", () => {
    const text = "# base\nnumpy  # arrays\n\nxarray \\\n  >=2024\r\npandas\n";

    expect(parseRequirements(text).map(({ line, text: written }) => [line, written])).toEqual([
      [2, "numpy"],
      [4, "xarray   >=2024"],
      [6, "pandas"],
    ]);
  });
});

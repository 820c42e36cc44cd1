import { describe, expect, it } from "vitest";

import { extraCells } from "./extra-cells.ts";

describe("extraCells", () => {
  it("runs a script as a whole", () => {
    expect(extraCells("checks/one.py", "a = 1\nb = 2\n")).toEqual([{ title: "checks/one.py", code: "a = 1\nb = 2\n" }]);
  });

  it("runs a notebook cell by cell, code only, with the numbers that people count", () => {
    const cells = [
      { cell_type: "markdown", source: ["# Title"] },
      { cell_type: "code", source: ["a = 1\n", "b = 2"] },
      { cell_type: "code", source: "  \n" },
      { cell_type: "code", source: "a + b" },
    ];

    expect(extraCells("one.ipynb", JSON.stringify({ cells }))).toEqual([
      { title: "cell 2 of one.ipynb", code: "a = 1\nb = 2" },
      { title: "cell 4 of one.ipynb", code: "a + b" },
    ]);
  });

  it.each(["", "[]", "{}", '{"cells": 3}', "null", "no JSON"])("refuses %j as a notebook", (text) => {
    expect(() => extraCells("one.ipynb", text)).toThrow(Error);
  });
});

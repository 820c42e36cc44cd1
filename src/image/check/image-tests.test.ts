import { expect, it } from "vitest";

import { findImageTests } from "./image-tests.ts";

it("tells pytest files, scripts and notebooks from what they use", () => {
  const files = [
    "tests/test_maps.py",
    "tests/deep/maps_test.py",
    "tests/run.py",
    "tests/climate.ipynb",
    "tests/conftest.py",
    "tests/_shared.py",
    "tests/data.csv",
    "tests/pair_climate.py",
    "tests/.ipynb_checkpoints/climate-checkpoint.ipynb",
    "tests/__pycache__/run.cpython-311.pyc",
  ];

  expect(findImageTests([], files)).toEqual({
    tests: [
      { path: "tests/climate.ipynb", kind: "notebook" },
      { path: "tests/deep/maps_test.py", kind: "pytest" },
      { path: "tests/run.py", kind: "script" },
      { path: "tests/test_maps.py", kind: "pytest" },
    ],
    support: ["tests/_shared.py", "tests/conftest.py", "tests/data.csv"],
  });
});

it("takes listed files for tests wherever they lie and whatever they are called, once", () => {
  expect(findImageTests(["checks/_all.py", "tests/run.py"], ["tests/run.py"]).tests).toEqual([
    { path: "checks/_all.py", kind: "script" },
    { path: "tests/run.py", kind: "script" },
  ]);
});

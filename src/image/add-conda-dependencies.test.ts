import { expect, it } from "vitest";
import { parse } from "yaml";

import { addCondaDependencies } from "./add-conda-dependencies.ts";

const base =
  "name: geo\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - GDAL  # maps\n  - pip:\n      - dask\n";

it.each([
  [
    "behind the last package, before pip's",
    base,
    "xarray>=2024",
    base.replace("# maps\n", "# maps\n  - xarray>=2024\n"),
  ],
  ["at the depth of the others", "dependencies:\n- python=3.11\n", "scipy", "dependencies:\n- python=3.11\n- scipy\n"],
  ["behind a last line without an end", "dependencies:\n  - python", "scipy", "dependencies:\n  - python\n  - scipy\n"],
  ["into a list on one line", "dependencies: [python, gdal]\n", "scipy", "dependencies: [python, gdal, scipy]\n"],
  ["into an empty list", "dependencies: []\n", "scipy", "dependencies: [scipy]\n"],
  [
    "where only pip's packages are",
    "dependencies:\n  - pip:\n      - dask\n",
    "scipy",
    "dependencies:\n  - scipy\n  - pip:\n      - dask\n",
  ],
  [
    "to a file without any",
    "channels:\n  - conda-forge\n",
    "scipy",
    "channels:\n  - conda-forge\ndependencies:\n  - scipy\n",
  ],
  [
    "in quotes where YAML needs them",
    "dependencies:\n  - python\n",
    "scipy >=1,<2",
    'dependencies:\n  - python\n  - "scipy >=1,<2"\n',
  ],
])("adds a package %s", (_where, text, specifier, expected) => {
  expect(addCondaDependencies(text, [specifier])).toEqual({ text: expected, changed: [specifier], present: [] });
  expect(JSON.stringify(parse(expected))).toContain(JSON.stringify(specifier));
});

it("changes the versions of what is declared, and keeps its comment", () => {
  expect(addCondaDependencies(base, ["gdal>=3.8"]).text).toBe(base.replace("GDAL", "gdal>=3.8"));
});

it("leaves what is declared already", () => {
  expect(addCondaDependencies(base, ["gdal", "python=3.11"])).toEqual({
    text: base,
    changed: [],
    present: ["gdal", "python=3.11"],
  });
});

import { expect, it } from "vitest";

import { declaredPackages } from "./declared-packages.ts";

const pip = (name: string, conditional = false): object => ({ name, manager: "pip", conditional });
const conda = (name: string): object => ({ name, manager: "conda", conditional: false });

it.each<[string, string, readonly object[]]>([
  [
    "versions, extras and comments",
    "Dask[complete]>=2026.7  # arrays\n# not this\nnumpy\n",
    [pip("dask"), pip("numpy")],
  ],
  ["several spellings of one package once", "Dask_Gateway\ndask-gateway>=1\n", [pip("dask-gateway")]],
  ["a marker, which may leave it out here", 'winpty; sys_platform == "win32"\n', [pip("winpty", true)]],
  ["what comes from Git or an address, by its name", "ours @ git+https://example.org/ours@0123\n", [pip("ours")]],
  ["no options, included files and paths", "-r base.txt\n--pre\n./local\n-c limits.txt\n", []],
])("finds %s", (_what, requirements, found) => {
  expect(declaredPackages([requirements])).toEqual(found);
});

it("takes conda's specs by their names, and not the Python that they stand on", () => {
  expect(declaredPackages(["numpy\n"], ["conda-forge::gdal=3.8", "python=3.11", "Xarray >=2026", "pip"])).toEqual([
    conda("gdal"),
    pip("numpy"),
    conda("xarray"),
  ]);
});

import { expect, it } from "vitest";

import { createStateFilesMemory } from "../adapters/state-files/state-files-memory.ts";
import { environmentVariables } from "./environment-variables.ts";

it("names a virtual environment, and sets what activating a conda environment sets", async () => {
  const activation = JSON.stringify({ version: 1, variables: { GDAL_DATA: "/environments/two/share/gdal" } });
  const files = createStateFilesMemory({ "/environments/two/etc/hubfleet/activation.json": activation });

  expect(await environmentVariables("/environments/one", files)).toEqual({ VIRTUAL_ENV: "/environments/one" });
  expect(await environmentVariables("/environments/two", files)).toEqual({
    GDAL_DATA: "/environments/two/share/gdal",
    CONDA_PREFIX: "/environments/two",
    CONDA_DEFAULT_ENV: "/environments/two",
    CONDA_SHLVL: "1",
  });
});

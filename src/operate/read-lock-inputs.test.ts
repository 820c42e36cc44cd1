import { expect, it } from "vitest";

import { createStateFilesMemory } from "../adapters/state-files/state-files-memory.ts";
import { aFleet } from "../../test/support/a-fleet.ts";
import type { Image } from "../fleet/fleet.ts";
import { readLockInputs } from "./read-lock-inputs.ts";

function lab(fleet = aFleet()): Image {
  const image = fleet.build().images.get("lab");
  if (image === undefined) throw new Error("no image");
  return image;
}

it("follows -r and -c from file to file, each once, by its path seen from the image", async () => {
  const files = createStateFilesMemory({
    "/fleet/images/lab/requirements.txt": "-r more/base.txt\n-c ../constraints.txt\n",
    "/fleet/images/lab/more/base.txt": "dask\n-r ../requirements.txt\n-r other.txt\n",
    "/fleet/images/lab/more/other.txt": "-c ../../constraints.txt\n-r gone.txt\nsix\n",
    "/fleet/images/constraints.txt": "six<2\n",
  });

  const { inputs, conda } = await readLockInputs(lab(), "/fleet", files);

  expect(conda).toBeUndefined();
  expect(Object.keys(inputs.included ?? {}).sort()).toEqual(["../constraints.txt", "more/base.txt", "more/other.txt"]);
  expect(inputs.files).toEqual(["requirements.txt"]);
});

it("takes environment.yml, its pip section and the platforms of a conda image", async () => {
  const text = "dependencies:\n  - gdal\n  - pip:\n    - -r pip.txt\n";
  const fleet = aFleet().without("images/lab/requirements.txt").withFile("images/lab/environment.yml", text);
  const files = createStateFilesMemory({
    "/fleet/images/lab/environment.yml": text,
    "/fleet/images/lab/pip.txt": "six\n",
  });

  const { inputs, conda } = await readLockInputs(lab(fleet), "/fleet", files);

  expect(conda).toMatchObject({ channels: ["conda-forge"], dependencies: ["gdal"], pip: ["-r pip.txt"] });
  expect(inputs).toMatchObject({
    requirements: "",
    included: { "pip.txt": "six\n" },
    platforms: ["linux/amd64"],
    files: ["environment.yml"],
  });
});

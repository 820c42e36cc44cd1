import { expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { createEnvironmentsMemory } from "../adapters/environments/environments-memory.ts";
import { createStateFilesMemory } from "../adapters/state-files/state-files-memory.ts";
import { aLocalWorld } from "../../test/support/a-local-world.ts";
import type { ResolvedImage } from "./resolve-images.ts";
import { resolveImage } from "./resolve-images.ts";

const conda = aFleet()
  .without("images/lab/requirements.txt")
  .withFile("images/lab/environment.yml", "dependencies: [gdal]\n");

/** On a machine that has Python 3.12 alone, while the image asks for 3.11. */
async function resolve(fleet: FleetBuilder, lock?: string): Promise<ResolvedImage> {
  const image = fleet.build().images.get("lab");
  if (image === undefined) throw new Error("no image");
  const files = createStateFilesMemory(lock === undefined ? {} : { "/fleet/images/lab/lock.txt": lock });
  const environments = createEnvironmentsMemory({ files, pythons: ["3.12.4"] });
  return resolveImage(image, "/fleet", { files, environments, machine: aLocalWorld().machine });
}

function lockWith(version: string): string {
  return `@conda linux-64 https://example.org/linux-64/python-${version}-h_0.conda sha256:${"0".repeat(64)}\n`;
}

it("needs no Python of the image's minor where conda brings it", async () => {
  expect((await resolve(conda)).python.version).toBe("3.12.4");
  await expect(resolve(aFleet())).rejects.toMatchObject({ code: "PYTHON_MISSING" });
});

it("names a conda environment by the lock alone, whatever Python this machine has", async () => {
  const [one, other] = await Promise.all([resolve(conda, lockWith("3.11.9")), resolve(conda, lockWith("3.11.10"))]);

  expect(one.draft?.environment).not.toBe(other.draft?.environment);
  expect(one.draft?.pythonMinor).toBe("3.11");
});

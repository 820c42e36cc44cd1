import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

import { rattler } from "./conda-steps.ts";

it("a container's conda packages are installed by what installs an environment's", () => {
  const lock = readFileSync(
    new URL("../../../assets/python/hubfleet_image/conda/tool.lock.txt", import.meta.url),
    "utf8",
  );

  expect(lock).toContain(`py-rattler==${rattler.version} `);
  for (const hash of rattler.hashes) expect(lock).toContain(`--hash=${hash}`);
});

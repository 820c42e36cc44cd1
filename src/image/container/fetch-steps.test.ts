import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

import { rattler, uv } from "./fetch-steps.ts";

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
}

it("a container's packages are installed by what installs an environment's", () => {
  const lock = read("assets/python/hubfleet_image/conda/tool.lock.txt");

  expect(read("script/tools.sh")).toContain(`hubfleet_uv_version=${uv.version}\n`);
  expect(lock).toContain(`py-rattler==${rattler.version} `);
  for (const hash of rattler.hashes) expect(lock).toContain(`--hash=${hash}`);
});

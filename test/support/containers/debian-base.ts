import { readFile } from "node:fs/promises";

import type { DockerRegistry } from "../docker-registry.ts";
import { pushLayer } from "./push-layer.ts";

/** Why there is no base with Python; empty where there is. */
export function whyNoDebianBase(): string {
  return process.env["HUBFLEET_TEST_BASE"] === undefined ? "script/test-images makes the base with Python" : "";
}

/** Debian with python3 and its venv module, put into the registry; answers its reference by digest. */
export async function pushDebianBase(registry: DockerRegistry, repository = "python"): Promise<string> {
  const layer = await readFile(process.env["HUBFLEET_TEST_BASE"] ?? "");
  return pushLayer(registry, layer, { repository, path: "/usr/local/bin:/usr/bin:/bin" });
}

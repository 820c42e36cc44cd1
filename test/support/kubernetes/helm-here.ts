import { execFileSync } from "node:child_process";

import type { HelmMajor } from "../../../src/ports/helm.ts";
import { tool } from "../skip.ts";

/** The program on PATH that is of this major version; undefined where there is none. */
export function findHelmHere(major: HelmMajor): string | undefined {
  return ["helm", `helm${major}`].find((program) => tool(program) && versionOf(program).startsWith(`v${major}.`));
}

function versionOf(program: string): string {
  return execFileSync(program, ["version", "--template", "{{.Version}}"], { encoding: "utf8", timeout: 20_000 });
}

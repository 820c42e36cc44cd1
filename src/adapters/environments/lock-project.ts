import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { LockRequest } from "../../ports/environments.ts";

/**
 * Makes the directory that uv resolves in. By itself `--universal` looks for versions for Windows and for all later
 * Pythons too, and fails where only those are lacking; what to look for can be said in a project's file alone
 * (https://docs.astral.sh/uv/reference/settings/#environments). The nearest uv.toml of the fleet, which uv would then
 * no longer find, says there what it says.
 */
export async function ensureLockProject(directory: string, request: LockRequest): Promise<void> {
  const settings = await nearestSettings(dirname(request.requirements), request.fleetDirectory);
  await mkdir(directory, { recursive: true });
  await writeFile(
    join(directory, "pyproject.toml"),
    `[tool.uv]\nenvironments = ["${environmentOf(request)}"]\n${belowToolUv(settings)}`,
  );
}

/** uv puts the marker of all that a lock is for behind every pin; where it stands alone it says nothing. */
export function withoutEnvironment(text: string, { pythonMinor }: Pick<LockRequest, "pythonMinor">): string {
  const marker = ` ; python_full_version < '${nextMinor(pythonMinor)}' and sys_platform == 'linux'`;
  return text
    .split("\n")
    .map((line) => (line.endsWith(marker) || line.endsWith(`${marker} \\`) ? line.replace(marker, "") : line))
    .join("\n");
}

/** Images run on Linux alone, and each on one minor. */
function environmentOf({ pythonMinor }: LockRequest): string {
  const [from, next] = [pythonMinor, nextMinor(pythonMinor)];
  return `python_full_version >= '${from}' and python_full_version < '${next}' and sys_platform == 'linux'`;
}

function nextMinor(minor: string): string {
  return `3.${Number(minor.split(".")[1]) + 1}`;
}

async function nearestSettings(from: string, root: string): Promise<string> {
  for (let directory = from; ; directory = dirname(directory)) {
    const text = await readFile(join(directory, "uv.toml"), "utf8").catch(() => undefined);
    if (text !== undefined) return text;
    if (directory === root || directory === dirname(directory)) return "";
  }
}

/** The keys of a uv.toml are those of `[tool.uv]`, its tables lie below it. */
function belowToolUv(settings: string): string {
  return settings.replaceAll(/^(\s*\[\[?)(?=[A-Za-z])/gm, "$1tool.uv.");
}

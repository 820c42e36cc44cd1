import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Python } from "../../ports/environments.ts";
import type { Run } from "../run.ts";

export interface FindPythonProps {
  readonly run: Run;
  /** Directories of PATH. */
  readonly path: readonly string[];
  /** Whether accounts other than this one must be able to run it. */
  readonly forEverybody: boolean;
}

const oldestMinor = 10;
const newestMinor = 14;
const probe =
  "import json,sys,sysconfig;print(json.dumps([getattr(sys,'_base_executable',None) or sys.executable,'.'.join(map(str,sys.version_info[:3])),sysconfig.get_platform()]))";

/** The first usable interpreter of a minor: the system's own before those of PATH, since everybody may run those. */
export async function findPython(minor: string, props: FindPythonProps): Promise<Python | undefined> {
  for (const directory of searchedDirectories(props.path)) {
    for (const name of [`python${minor}`, "python3"]) {
      const python = await probePython(join(directory, name), props);
      if (python !== undefined && python.version.startsWith(`${minor}.`)) return python;
    }
  }
  return undefined;
}

/** Minors that hubs can run on and that this machine has, newest first. */
export async function listPythonMinors(props: FindPythonProps): Promise<readonly string[]> {
  const names = new Set((await Promise.all(searchedDirectories(props.path).map(listOrNothing))).flat());
  const minors: string[] = [];
  for (let minor = newestMinor; minor >= oldestMinor; minor--) {
    const isNamed = names.has(`python3.${minor}`) || names.has("python3");
    if (isNamed && (await findPython(`3.${minor}`, props)) !== undefined) minors.push(`3.${minor}`);
  }
  return minors;
}

function searchedDirectories(path: readonly string[]): readonly string[] {
  return [...new Set(["/usr/bin", "/usr/local/bin", ...path])];
}

async function probePython(executable: string, { run, forEverybody }: FindPythonProps): Promise<Python | undefined> {
  if ((await stat(executable).catch(() => undefined)) === undefined) return undefined;
  const { exitCode, stdout } = await run([executable, "-I", "-c", probe], { timeoutMilliseconds: 10_000 });
  if (exitCode !== 0) return undefined;
  const told = parseProbe(stdout);
  if (told === undefined) return undefined;
  const [base, version, platform] = told;
  const real = await realpath(base).catch(() => undefined);
  if (real === undefined || (forEverybody && !(await isOpenToEverybody(real)))) return undefined;
  return { executable: real, version, platform };
}

/** Undefined for a program of that name which is no Python. */
function parseProbe(stdout: string): readonly [string, string, string] | undefined {
  try {
    return JSON.parse(stdout) as [string, string, string]; // printed by the probe
  } catch {
    return undefined;
  }
}

/** Every directory on the way lets any account through. Root's home, where pyenv and uv like to keep theirs, does not. */
async function isOpenToEverybody(executable: string): Promise<boolean> {
  for (let path = dirname(executable); path !== "/"; path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return false;
  }
  return true;
}

async function listOrNothing(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(() => []);
}

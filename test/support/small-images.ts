import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter } from "node:path";

import { createRun } from "../../src/adapters/run.ts";
import type { BuiltImage } from "../../src/operate/image-check/pair/pair-images.ts";

export interface TestPython {
  readonly executable: string;
  /** "3.11.7" */
  readonly version: string;
}

const run = createRun();

/** Kept from run to run: they are named by what they are made of. */
const store = `/var/tmp/hubfleet-test-pairs-${process.getuid?.() ?? 0}`;

/** Every interpreter from 3.10 on, the system's first, pyenv's included; accounts other than this one need not reach it. */
export async function listPythons(): Promise<readonly TestPython[]> {
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((entry) => entry.startsWith("/"));
  const found: TestPython[] = [];
  for (const directory of new Set(["/usr/bin", ...listPyenv(), ...path])) {
    const names = existsSync(directory) ? readdirSync(directory).filter((name) => /^python3\.1\d$/.test(name)) : [];
    for (const name of names) {
      const executable = `${directory}/${name}`;
      const words = [executable, "-I", "-c", "import platform; print(platform.python_version())"] as const;
      const { exitCode, stdout } = await run(words, { timeoutMilliseconds: 10_000 });
      const version = stdout.trim();
      const isKnown = found.some((one) => one.version === version);
      if (exitCode === 0 && name === `python${minorOf(version)}` && !isKnown) found.push({ executable, version });
    }
  }
  return found;
}

export function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/** An image of a few packages, built with uv; its lock is what came to be installed. */
export async function smallImage(
  name: string,
  python: TestPython,
  requirements: readonly string[],
): Promise<BuiltImage> {
  const digest = createHash("sha256").update(`${python.executable} ${python.version}\n${requirements.join("\n")}`);
  const environment = `${store}/${digest.digest("hex").slice(0, 24)}`;
  const lockFile = `${environment}/lock.txt`;
  if (!existsSync(lockFile)) {
    await mkdir(store, { recursive: true, mode: 0o755 });
    await rm(environment, { recursive: true, force: true });
    await uv(["venv", "--quiet", "--python", python.executable, environment]);
    await uv([
      "pip",
      "install",
      "--quiet",
      "--compile-bytecode",
      "--python",
      `${environment}/bin/python`,
      ...requirements,
    ]);
    await writeFile(lockFile, await uv(["pip", "freeze", "--python", `${environment}/bin/python`]));
  }
  const lock = await readFile(lockFile, "utf8");
  return { name, python: python.version, lock, environment, directory: `${store}/no-directory` };
}

async function uv(words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(["uv", ...words], {
    timeoutMilliseconds: 300_000,
    environment: { UV_PYTHON_DOWNLOADS: "never" },
  });
  if (exitCode !== 0) throw new Error(`uv ${words.join(" ")}\n${stderr}`);
  return stdout;
}

function listPyenv(): readonly string[] {
  const root = `${process.env["PYENV_ROOT"] ?? `${homedir()}/.pyenv`}/versions`;
  return existsSync(root) ? readdirSync(root).map((version) => `${root}/${version}/bin`) : [];
}

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { expect } from "vitest";

import { createClockSystem } from "../../src/adapters/clock/clock-system.ts";
import { createEnvironmentsUv } from "../../src/adapters/environments/environments-uv.ts";
import { createLocksSocket } from "../../src/adapters/locks/locks-socket.ts";
import { isAlive } from "../../src/adapters/processes/proc-table.ts";
import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import { createRun } from "../../src/adapters/run.ts";
import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import { condaBelow } from "../support/environments-subject.ts";
import { skipUnless, tool } from "../support/skip.ts";

const itWithUv = skipUnless(tool("uv"), "uv is not installed");

/** What is left of a builder that was killed: it goes on writing into the directory. */
const installer = 'while :; do mkdir -p "$1/lib/left" && touch "$1/lib/left/$$-$RANDOM"; done';

itWithUv("a lock is for Linux and one Python minor, and says so nowhere", async () => {
  const { environments, request, remove } = await aDirectory("click\n");

  const text = await environments.lock(request, new AbortController().signal);

  // On Windows, click brings colorama.
  expect(text.match(/^[a-z]\S+ .*$/gm)).toEqual([expect.stringMatching(/^click==\S+ \\$/)]);
  await remove();
});

const settings: readonly (readonly [string, string, string])[] = [
  ["at the top of the fleet", "uv.toml", "no-index = true\n"],
  ["beside the image", "image/uv.toml", '[[index]]\nurl = "http://127.0.0.1:9/simple"\ndefault = true\n'],
];
for (const [where, path, text] of settings) {
  itWithUv(`a uv.toml ${where} counts`, async () => {
    const { environments, request, remove } = await aDirectory("click\n", { [path]: text });

    const refusal: unknown = await environments
      .lock(request, new AbortController().signal)
      .catch((thrown: unknown) => thrown);

    expect(refusal).toMatchObject({ code: "LOCK_FAILED" });
    await remove();
  });
}

itWithUv("an environment shares the compiled code of packages that the one beside it has", async () => {
  const { environments, request, root, python, remove } = await aDirectory("six==1.17.0\npackaging==25.0\n");
  const build = async (name: string): Promise<string> => {
    const directory = join(root, "environments", name);
    await writeFile(request.lock, await environments.lock(request, new AbortController().signal));
    await environments.ensure({ directory, lock: request.lock, python }, new AbortController().signal);
    return join(directory, "lib", `python${request.pythonMinor}`, "site-packages");
  };
  const compiled = (module: string): string =>
    `__pycache__/${module}.cpython-${request.pythonMinor.replace(".", "")}.pyc`;
  const first = await build("first");
  await writeFile(request.requirements, "six==1.17.0\npackaging==24.2\n");

  const second = await build("second");

  const inodes = async (path: string): Promise<readonly number[]> =>
    Promise.all([first, second].map(async (site) => (await stat(join(site, path))).ino));
  const [source, other] = await inodes("six.py");
  const [one, two] = await inodes(compiled("six"));
  // Where the cache lies on another disk, nothing is shared and all is compiled.
  expect(one === two).toBe(source === other);
  const [older, newer] = await inodes(`packaging/${compiled("version")}`);
  expect(older).not.toBe(newer);
  await remove();
});

itWithUv("a build ends the installer that a killed build left behind", async () => {
  const { environments, files, processes, root, python, lock, remove } = await aDirectory("");
  const directory = join(root, "environment");
  await writeFile(lock, "");
  const orphan = spawn("bash", ["-c", installer, "installer", directory], {
    stdio: "ignore",
    env: { ...process.env, HUBFLEET_PROCESS: `build:${directory}` },
  });
  const [found] = await eventuallyFind(() => processes.findMarked(`build:${directory}`));

  await environments.ensure({ directory, lock, python }, new AbortController().signal);

  expect(await environments.isComplete(directory)).toBe(true);
  expect(found === undefined ? "not found" : await isAlive(found)).toBe(false);
  expect(await files.exists(join(directory, "lib", "left"))).toBe(false);
  orphan.kill("SIGKILL");
  await remove();
});

async function eventuallyFind<Item>(find: () => Promise<readonly Item[]>): Promise<readonly Item[]> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const found = await find();
    if (found.length > 0) return found;
    await createClockSystem().sleep(20);
  }
  return [];
}

/** A fleet's directory with one image in it, and the real thing to lock and build it. */
async function aDirectory(requirements: string, others: Readonly<Record<string, string>> = {}) {
  const root = await mkdtemp(join(tmpdir(), "hubfleet-uv-"));
  await mkdir(join(root, "image"));
  for (const [path, text] of Object.entries({ "image/requirements.txt": requirements, ...others })) {
    await writeFile(join(root, path), text);
  }
  const files = createStateFilesDisk();
  const clock = createClockSystem();
  const processes = createProcessesLinux({ signal: (pid, name) => void process.kill(pid, name) });
  const environments = createEnvironmentsUv({
    run: createRun(),
    files,
    clock,
    processes,
    locks: createLocksSocket({ files, clock, pid: process.pid }),
    path: (process.env["PATH"] ?? "").split(delimiter),
    forEverybody: false,
    conda: condaBelow(root),
  });
  const [minor = ""] = await environments.listPythonMinors();
  const python = await environments.findPython(minor);
  if (python === undefined) throw new Error("no Python");
  const lock = join(root, "image", "lock.txt");
  const request = {
    fleetDirectory: root,
    requirements: join(root, "image", "requirements.txt"),
    lock,
    python,
    pythonMinor: minor,
    header: ["# header"],
  };
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true });
  return { environments, files, processes, root, python, lock, request, remove };
}

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, cp, mkdir, readdir, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** What the suites' Dockerfiles and checks call. */
const programs = ["sh", "cat", "id", "sleep", "env", "ls", "touch", "pwd", "true", "false", "echo", "mkdir", "dd"];

/**
 * Writes a context for the smallest image in which a shell runs, out of programs of this machine with their libraries: no
 * download. COPY its "root" into an image made from scratch.
 */
export async function writeSmallBase(directory: string): Promise<void> {
  const root = join(directory, "root");
  const found = await Promise.all(programs.map(async (name) => [`/bin/${name}`, await findProgram(name)] as const));
  await copyWithLibraries(found, root);
  await mkdir(join(root, "etc"), { recursive: true });
  await mkdir(join(root, "tmp"), { recursive: true });
  await writeFile(join(root, "etc/passwd"), "root:x:0:0::/:/bin/sh\nuser:x:1000:1000::/:/bin/sh\n");
  await writeFile(join(root, "etc/group"), "root:x:0:\nuser:x:1000:\n");
}

/** The machine's own Python, with its standard library and without packages. */
const python = "/usr/bin/python3.11";
const standardLibrary = "/usr/lib/python3.11";

export function whyNoPythonBase(): string {
  return existsSync(python) && existsSync(standardLibrary) ? "" : `${python} is not installed`;
}

/** The small base with this machine's Python in it, as `python`. */
export async function writePythonBase(directory: string): Promise<void> {
  await writeSmallBase(directory);
  const root = join(directory, "root");
  const found = await readdir(join(standardLibrary, "lib-dynload"));
  const modules = found.map((name) => join(standardLibrary, "lib-dynload", name));
  await copyWithLibraries(
    [...modules, python].map((path) => [path, path] as const),
    root,
  );
  const unused =
    /\/(?:__pycache__|test|tests|idlelib|ensurepip|pydoc_data|config-[^/]*|dist-packages|lib2to3|tkinter)$/;
  await cp(standardLibrary, join(root, standardLibrary), { recursive: true, filter: (path) => !unused.test(path) });
  await symlink("../usr/bin/python3.11", join(root, "bin/python"));
}

/** Files of this machine by their paths in the image, and the libraries that they are linked with. */
async function copyWithLibraries(files: readonly (readonly [string, string])[], root: string): Promise<void> {
  const all = new Map(files);
  for (const [, source] of files) {
    const { stdout } = await execute("ldd", [source]).catch(() => ({ stdout: "" }));
    for (const [, library = ""] of stdout.matchAll(/(\/\S+) \(0x/g)) all.set(library, await realpath(library));
  }
  for (const [target, source] of all) {
    await mkdir(dirname(join(root, target)), { recursive: true });
    await copyFile(source, join(root, target));
    await chmod(join(root, target), 0o755);
  }
}

async function findProgram(name: string): Promise<string> {
  const { stdout } = await execute("sh", ["-c", 'PATH=/bin:/usr/bin command -v "$0" || exit 1', name]);
  // Shells answer their own commands by name.
  const path = stdout.trim().startsWith("/") ? stdout.trim() : `/bin/${name}`;
  return realpath(path);
}

import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, realpath, writeFile } from "node:fs/promises";
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
  const files = new Map<string, string>();
  for (const program of programs) {
    const source = await findProgram(program);
    files.set(`/bin/${program}`, source);
    const { stdout } = await execute("ldd", [source]).catch(() => ({ stdout: "" }));
    for (const [, library = ""] of stdout.matchAll(/(\/\S+) \(0x/g)) files.set(library, await realpath(library));
  }
  for (const [target, source] of files) {
    await mkdir(dirname(join(root, target)), { recursive: true });
    await copyFile(source, join(root, target));
    await chmod(join(root, target), 0o755);
  }
  await mkdir(join(root, "etc"), { recursive: true });
  await mkdir(join(root, "tmp"), { recursive: true });
  await writeFile(join(root, "etc/passwd"), "root:x:0:0::/:/bin/sh\nuser:x:1000:1000::/:/bin/sh\n");
  await writeFile(join(root, "etc/group"), "root:x:0:\nuser:x:1000:\n");
}

export const smallBaseDockerfile = 'FROM scratch\nCOPY root /\nENV PATH=/bin\nCMD ["sh"]\n';

async function findProgram(name: string): Promise<string> {
  const { stdout } = await execute("sh", ["-c", 'PATH=/bin:/usr/bin command -v "$0" || exit 1', name]);
  // Shells answer their own commands by name.
  const path = stdout.trim().startsWith("/") ? stdout.trim() : `/bin/${name}`;
  return realpath(path);
}

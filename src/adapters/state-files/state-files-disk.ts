import { createHash, type Hash } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { chmod, type FileHandle, cp, lstat, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { StateFiles } from "../../ports/state-files.ts";
import { isMissing } from "../is-missing.ts";
import { notPlain, tooLarge } from "./foreign-file.ts";
import { removeDeadDrafts, replaceFile } from "../replace-file.ts";

const parentMode = 0o711;

/** The state directory on a disk. */
export function createStateFilesDisk(): StateFiles {
  return {
    read,
    readBytes,
    readForeign,
    ensureFile,
    append,
    ensureDirectory,
    copy,
    move,
    remove,
    list,
    digest,
    exists: async (path) => (await lstatOrUndefined(path)) !== undefined,
    size,
    tail,
    rotate,
  };
}

async function read(path: string): Promise<string | undefined> {
  return (await readBytes(path))?.toString("utf8");
}

async function readBytes(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readForeign(path: string, mostBytes: number): ReturnType<StateFiles["readForeign"]> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: FileHandle;
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return undefined;
    // A link, a socket.
    if (["ELOOP", "ENXIO"].includes((error as NodeJS.ErrnoException).code ?? "")) return notPlain; // of the file system
    throw error;
  }
  try {
    const status = await file.stat();
    if (!status.isFile() || status.nlink !== 1) return notPlain;
    if (status.size > mostBytes) return tooLarge;
    // It may have grown since.
    const { buffer, bytesRead } = await file.read(Buffer.alloc(status.size + 1), 0, status.size + 1, 0);
    return bytesRead > mostBytes ? tooLarge : buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function ensureFile(path: string, content: string | Uint8Array, mode: number): Promise<boolean> {
  const present = await lstatOrUndefined(path);
  if (present?.isFile() === true && (await readBytes(path))?.equals(Buffer.from(content)) === true) {
    await removeDeadDrafts(path);
    if ((present.mode & 0o777) === mode) return false;
    await chmod(path, mode);
    return true;
  }
  await makeParents(dirname(path));
  await replaceFile(path, content, mode);
  return true;
}

async function append(path: string, line: string): Promise<void> {
  await makeParents(dirname(path));
  const file = await open(path, "a+", 0o600);
  try {
    const { size: end } = await file.stat();
    const last = end === 0 ? "\n" : (await file.read(Buffer.alloc(1), 0, 1, end - 1)).buffer.toString();
    await file.appendFile(`${last === "\n" ? "" : "\n"}${line}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function ensureDirectory(path: string, mode: number): Promise<void> {
  await makeParents(dirname(path));
  await mkdir(path, { mode }).catch((error: unknown) => {
    if (!isExisting(error)) throw error;
  });
  const present = await stat(path);
  if (!present.isDirectory()) throw new Error(`ENOTDIR: "${path}" is not a directory`);
  if ((present.mode & 0o7777) !== mode) await chmod(path, mode);
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

async function copy(from: string, to: string): Promise<void> {
  await makeParents(dirname(to));
  const draft = `${to}.new`;
  await rm(draft, { recursive: true, force: true });
  try {
    await cp(from, draft, {
      recursive: true,
      errorOnExist: true,
      filter: async (source) => {
        if ((await lstat(source)).isSymbolicLink()) throw new Error(`"${source}" is a symbolic link`);
        return true;
      },
    });
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  await rm(to, { recursive: true, force: true });
  await rename(draft, to);
}

async function move(from: string, to: string): Promise<void> {
  // rename(2) would replace a file and an empty directory.
  if ((await lstatOrUndefined(to)) !== undefined) throw new Error(`EEXIST: "${to}" is there already`);
  await makeParents(dirname(to));
  await rename(from, to);
}

async function list(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function digest(path: string): Promise<string | undefined> {
  if ((await lstatOrUndefined(path)) === undefined) return undefined;
  const hash = createHash("sha256");
  await addToDigest(path, "", hash);
  return hash.digest("hex");
}

async function addToDigest(path: string, name: string, hash: Hash): Promise<void> {
  const status = await lstat(path);
  if (status.isDirectory()) {
    const names = (await list(path)).filter((inner) => inner !== "__pycache__");
    for (const inner of names) await addToDigest(join(path, inner), `${name}/${inner}`, hash);
  } else if (status.isFile()) {
    hash.update(`${name}\0${status.size}\0`).update(await readFile(path));
  }
}

async function size(path: string): Promise<number> {
  const status = await lstatOrUndefined(path);
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.size;
  const sizes = await Promise.all((await list(path)).map((name) => size(join(path, name))));
  return sizes.reduce((sum, one) => sum + one, 0);
}

async function tail(path: string, lines: number): Promise<readonly string[]> {
  // 400 bytes a line on average is more than logs have; a longer tail shows fewer lines rather than reading a huge file.
  const last = await readEnd(path, lines * 400);
  if (last === undefined) return [];
  const isEnough = !last.isWhole || countLines(last.bytes) > lines;
  const before = isEnough ? undefined : await readEnd(olderPart(path), lines * 400 - last.bytes.length);
  const bytes = before === undefined ? last.bytes : Buffer.concat([before.bytes, last.bytes]);
  const found = bytes.toString("utf8").replace(/\n$/, "").split("\n");
  // Read from the middle of the file, the first line is most likely cut; it is shown only when there is no other.
  const isCut = !(before ?? last).isWhole && found.length > 1;
  const whole = isCut ? found.slice(1) : found;
  return whole.length === 1 && whole[0] === "" ? [] : whole.slice(-lines);
}

/** Where the earlier part of a log lies that was cut while its process went on writing. */
function olderPart(path: string): string {
  return `${path}.older`;
}

async function readEnd(path: string, most: number): Promise<{ bytes: Buffer; isWhole: boolean } | undefined> {
  const status = await lstatOrUndefined(path);
  if (status === undefined) return undefined;
  const file = await open(path, "r");
  try {
    const length = Math.min(status.size, Math.max(0, most));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, status.size - length);
    return { bytes: buffer.subarray(0, bytesRead), isWhole: length === status.size };
  } finally {
    await file.close();
  }
}

function countLines(bytes: Buffer): number {
  return bytes.toString("latin1").split("\n").length - 1;
}

async function rotate(path: string, bytes: number): Promise<void> {
  const status = await lstatOrUndefined(path);
  if (status === undefined || status.size <= bytes) return;
  await rm(olderPart(`${path}.1`), { force: true });
  await rename(path, `${path}.1`);
  await rename(olderPart(path), olderPart(`${path}.1`)).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

/** Those that were missing get the mode whatever the umask is: users' processes go through them. */
async function makeParents(path: string): Promise<void> {
  const highest = await mkdir(path, { recursive: true, mode: parentMode });
  if (highest === undefined) return;
  for (let made = path; made.length >= highest.length; made = dirname(made)) await chmod(made, parentMode);
}

async function lstatOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

import type { Dirent } from "node:fs";
import { mkdir, open, readdir, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { isFleetDocument, maxBytes, maxEntries, type RepositoryEntry } from "../../fleet/repository-snapshot.ts";
import type { Repository } from "../../ports/repository.ts";
import { replaceFile } from "../replace-file.ts";

/** The fleet in a directory of this machine. */
export function createRepositoryDisk(directory: string): Repository {
  return {
    snapshot: async () => {
      const root = await realRoot(directory);
      const entries = new Map<string, RepositoryEntry>();
      const isComplete = await listDirectory({ root, path: "", entries });
      return { entries, truncated: !isComplete };
    },
    write: async (path, text) => writeWhole(await realRoot(directory), path, text),
  };
}

async function realRoot(directory: string): Promise<string> {
  const root = await realpath(directory).catch(() => undefined);
  if (root !== undefined && (await stat(root)).isDirectory()) return root;
  const message = `there is no directory "${directory}"`;
  throw new HubfleetError("NOT_A_FLEET", { message, hint: "name the fleet's directory with -C" });
}

interface Listing {
  readonly root: string;
  readonly path: string;
  readonly entries: Map<string, RepositoryEntry>;
}

/** False when there are too many files. Hidden files, node_modules and directories behind links are not entered. */
async function listDirectory({ root, path, entries }: Listing): Promise<boolean> {
  const found = await readdir(join(root, path), { withFileTypes: true });
  for (const entry of found.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    if (entries.size >= maxEntries) return false;
    const below = path === "" ? entry.name : `${path}/${entry.name}`;
    const read = await readEntry(root, below, entry).catch(unreadable);
    entries.set(below, read);
    if (!entry.isDirectory()) continue;
    const isComplete = await listDirectory({ root, path: below, entries }).catch((error: unknown) => {
      entries.set(below, unreadable(error));
      return true;
    });
    if (!isComplete) return false;
  }
  return true;
}

async function readEntry(root: string, path: string, entry: Dirent): Promise<RepositoryEntry> {
  if (entry.isDirectory()) return { kind: "directory" };
  if (entry.isSymbolicLink()) {
    const inside = await targetInside(root, path);
    if (!inside) return { kind: "link-outside", target: await readlink(join(root, path)) };
  } else if (!entry.isFile()) {
    return { kind: "unreadable", reason: "it is no ordinary file" };
  }

  const status = await stat(join(root, path));
  if (status.isDirectory()) return { kind: "directory" };
  if (!status.isFile()) return { kind: "unreadable", reason: "it is no ordinary file" };
  if (!isFleetDocument(path)) return { kind: "file" };
  if (status.size > maxBytes(path)) return { kind: "too-big", size: status.size };
  return readBounded(join(root, path), maxBytes(path));
}

/** Whether a link ends at something in the repository. */
async function targetInside(root: string, path: string): Promise<boolean> {
  try {
    const target = await realpath(join(root, path));
    return target.startsWith(root + sep);
  } catch {
    return false;
  }
}

/** Reads one byte more than allowed at most, so that a file that grows meanwhile is noticed and not swallowed. */
async function readBounded(file: string, most: number): Promise<RepositoryEntry> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const buffer = new Uint8Array(Math.min(size, most) + 1);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled > most ? { kind: "too-big", size: filled } : { kind: "file", bytes: buffer.subarray(0, filled) };
  } finally {
    await handle.close();
  }
}

function unreadable(error: unknown): RepositoryEntry {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const reason = code === "EACCES" || code === "EPERM" ? "permission denied" : code;
  return { kind: "unreadable", reason };
}

async function writeWhole(root: string, path: string, text: string): Promise<void> {
  const outside = new Error(`"${path}" leads out of the repository`);
  const named = resolve(root, path);
  if (!named.startsWith(root + sep)) throw outside;
  await mkdir(dirname(named), { recursive: true });
  // A link inside the repository stays a link: what it leads to is replaced.
  const file = await realpath(named).catch(async () => join(await realpath(dirname(named)), basename(named)));
  if (!file.startsWith(root + sep)) throw outside;

  const mode = await stat(file).then(
    (status) => status.mode,
    () => 0o644,
  );
  await replaceFile(file, text, mode & 0o777);
}

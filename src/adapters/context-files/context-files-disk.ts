import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import pMap from "p-map";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ContextFile } from "../../image/tag/container-inputs.ts";
import type { ContextFiles } from "../../ports/context-files.ts";
import { isMissing } from "../is-missing.ts";
import { placeFiles, refuseChanged } from "./place-files.ts";

/** Larger files are read piece by piece. */
const wholeBytes = 4_000_000;

export function createContextFilesDisk(): ContextFiles {
  return {
    list: async (directory, paths) => {
      const found = await Promise.all(paths.map((path) => listBelow(directory, path)));
      return [...new Set(found.flat())].sort();
    },
    read: readAll,
    place: async (request) => {
      await placeFiles(request);
      const paths = request.files.map(({ path }) => path);
      refuseChanged(request.files, await readAll(request.to, paths));
    },
  };
}

async function readAll(directory: string, paths: readonly string[]): Promise<readonly ContextFile[]> {
  const read = await pMap(paths, (path) => readOne(directory, path), { concurrency: 32 });
  return read.filter((file) => file !== undefined);
}

async function listBelow(directory: string, path: string): Promise<string[]> {
  const status = await lstat(join(directory, path)).catch(unlessMissing);
  if (status === undefined) return [];
  if (status.isFile() || status.isSymbolicLink()) return [path];
  if (!status.isDirectory()) return [];
  const names = (await readdir(join(directory, path))).filter((name) => name !== ".git");
  const below = await Promise.all(names.map((name) => listBelow(directory, path === "." ? name : join(path, name))));
  return below.flat();
}

async function readOne(directory: string, path: string): Promise<ContextFile | undefined> {
  const file = join(directory, path);
  try {
    const status = await lstat(file);
    if (status.isSymbolicLink()) {
      const linkTarget = await readlink(file);
      return { path, isExecutable: false, sha256: createHash("sha256").update(linkTarget).digest("hex"), linkTarget };
    }
    if (!status.isFile()) throw new Error("it is no ordinary file");
    return { path, isExecutable: (status.mode & 0o100) !== 0, sha256: await hashFile(file, status.size) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new HubfleetError("FILE_UNREADABLE", {
      message: `"${path}" cannot be read: ${reason}`,
      hint: "make it an ordinary file that you may read, or leave it out by the image's .dockerignore",
      at: { path, line: 1, column: 1 },
      cause: error,
    });
  }
}

async function hashFile(file: string, size: number): Promise<string> {
  const hash = createHash("sha256");
  if (size <= wholeBytes) hash.update(await readFile(file));
  else await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

function unlessMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

import { createHash } from "node:crypto";

import { countedPaths } from "../../image/tag/counted-paths.ts";
import type { ContextFile } from "../../image/tag/container-inputs.ts";
import type { ContextFiles } from "../../ports/context-files.ts";
import { refuseChanged } from "./place-files.ts";

export type MemoryContextFile =
  | string
  | { readonly text: string; readonly isExecutable: true }
  | { readonly linkTarget: string };

/**
 * Files of a directory, by path relative to it. What is placed is known from then on, too, and told to `put` by its
 * absolute path.
 */
export function createContextFilesMemory(
  files: (directory: string) => Readonly<Record<string, MemoryContextFile>>,
  put: (path: string, file: MemoryContextFile) => Promise<void> = async () => undefined,
): ContextFiles {
  const placed = new Map<string, MemoryContextFile>();
  const look = (directory: string, path: string): MemoryContextFile | undefined =>
    placed.get(`${directory}/${path}`) ?? files(directory)[path];
  const read: ContextFiles["read"] = async (directory, paths) =>
    paths.flatMap((path): ContextFile[] => {
      const file = look(directory, path);
      if (file === undefined) return [];
      if (typeof file === "string") return [{ path, isExecutable: false, sha256: sha256(file) }];
      if ("text" in file) return [{ path, isExecutable: true, sha256: sha256(file.text) }];
      return [{ path, isExecutable: false, sha256: sha256(file.linkTarget), linkTarget: file.linkTarget }];
    });
  return {
    list: async (directory, paths) => {
      const below = [...placed.keys()].filter((path) => path.startsWith(`${directory}/`));
      const names =
        below.length > 0 ? below.map((path) => path.slice(directory.length + 1)) : Object.keys(files(directory));
      return names.filter(countedPaths(paths)).sort();
    },
    read,
    place: async (request) => {
      for (const { path, isExecutable } of request.files) {
        const file = look(request.from, path);
        if (file === undefined) continue;
        const text = typeof file === "string" ? file : "text" in file ? file.text : undefined;
        const now = text === undefined ? file : isExecutable ? { text, isExecutable } : text;
        placed.set(`${request.to}/${path}`, now);
        await put(`${request.to}/${path}`, now);
      }
      const paths = request.files.map(({ path }) => path).filter((path) => placed.has(`${request.to}/${path}`));
      refuseChanged(request.files, await read(request.to, paths));
    },
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

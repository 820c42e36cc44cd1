import { createHash } from "node:crypto";

import { countedPaths } from "../../image/tag/counted-paths.ts";
import type { ContextFile } from "../../image/tag/container-inputs.ts";
import type { ContextFiles } from "../../ports/context-files.ts";

export type MemoryContextFile =
  | string
  | { readonly text: string; readonly isExecutable: true }
  | { readonly linkTarget: string };

/** Files by path relative to whatever directory is asked about. */
export function createContextFilesMemory(files: () => Readonly<Record<string, MemoryContextFile>>): ContextFiles {
  return {
    list: async (_directory, paths) => Object.keys(files()).filter(countedPaths(paths)).sort(),
    read: async (_directory, paths) => {
      const now = files();
      return paths.flatMap((path): ContextFile[] => {
        const file = now[path];
        if (file === undefined) return [];
        if (typeof file === "string") return [{ path, isExecutable: false, sha256: sha256(file) }];
        if ("text" in file) return [{ path, isExecutable: true, sha256: sha256(file.text) }];
        return [{ path, isExecutable: false, sha256: sha256(file.linkTarget), linkTarget: file.linkTarget }];
      });
    },
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

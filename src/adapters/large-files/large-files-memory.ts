import type { LargeFiles } from "../../ports/large-files.ts";

export interface LargeFilesMemory extends LargeFiles {
  /** Paths of the files that there are, sorted. */
  paths(): readonly string[];
}

/** Large files that are only remembered, and therefore not large. */
export function createLargeFilesMemory(seed: Readonly<Record<string, Uint8Array>> = {}): LargeFilesMemory {
  const files = new Map(Object.entries(seed));
  return {
    paths: () => [...files.keys()].sort(),
    size: async (path) => files.get(path)?.length,
    async *read(path, { start, end }) {
      const content = files.get(path);
      if (content === undefined) throw Object.assign(new Error(`ENOENT: no such file, "${path}"`), { code: "ENOENT" });
      const wanted = content.subarray(start, end);
      for (let from = 0; from < wanted.length; from += 1_000) yield wanted.subarray(from, from + 1_000);
    },
    async write(path, content) {
      files.delete(path);
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      files.set(path, Buffer.concat(chunks));
      return Buffer.concat(chunks).length;
    },
    remove: async (path) => void files.delete(path),
  };
}

import { createReadStream } from "node:fs";
import { mkdir, open, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

import type { LargeFiles } from "../../ports/large-files.ts";
import { isMissing } from "../is-missing.ts";

const chunkBytes = 256 * 1024;

/** Large files on a disk. */
export function createLargeFilesDisk(): LargeFiles {
  return {
    async size(path) {
      try {
        const found = await stat(path);
        return found.isFile() ? found.size : undefined;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async *read(path, { start, end }) {
      if (end !== undefined && end <= start) return;
      const last = end === undefined ? {} : { end: end - 1 };
      yield* createReadStream(path, { start, ...last, highWaterMark: chunkBytes }) as AsyncIterable<Uint8Array>;
    },
    async write(path, content) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      let bytes = 0;
      try {
        await rm(path, { force: true });
        await using file = await open(path, "wx", 0o600);
        for await (const chunk of content) {
          await file.writeFile(chunk);
          bytes += chunk.length;
        }
        return bytes;
      } catch (error) {
        await rm(path, { force: true }); // half a file takes space that a full disk lacks
        throw error;
      }
    },
    remove: (path) => rm(path, { force: true }),
  };
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Files below a directory, built environments left out, that hold one of these texts: for what must be nowhere. */
export async function filesWith(texts: readonly string[], directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes("/environments/"));
  const found: string[] = [];
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    if (holdsOneOf(texts, await readFile(path, "latin1"))) found.push(path);
  }
  return found;
}

/** Processes that have one of these texts in their environment or their command line. */
export async function processesWith(texts: readonly string[], pids: readonly number[]): Promise<readonly number[]> {
  const holds = await Promise.all(
    pids.map(async (pid) => {
      const parts = await Promise.all(["environ", "cmdline"].map((part) => readFile(`/proc/${pid}/${part}`, "latin1")));
      return holdsOneOf(texts, parts.join("\0"));
    }),
  );
  return pids.filter((_pid, index) => holds[index]);
}

export function holdsOneOf(texts: readonly string[], content: string): boolean {
  return texts.some((text) => content.includes(text));
}

import { readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";

import { isMissing } from "../is-missing.ts";

const root = "/sys/fs/cgroup";
/** Version 2 has one tree; version 1 one for each controller, of which limits use these. */
const trees = [root, join(root, "memory"), join(root, "cpu"), join(root, "cpu,cpuacct")];

/** Removes groups from the leaves up. Control files in them are the kernel's and go with their directory. */
export async function removeControlGroups(path: string): Promise<readonly string[]> {
  const left = await Promise.all(trees.map((tree) => removeTree(join(tree, path))));
  return left.flat();
}

async function removeTree(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [];
  const inner = entries.filter((entry) => entry.isDirectory()).map((entry) => join(directory, entry.name));
  const left = (await Promise.all(inner.map(removeTree))).flat();
  try {
    await rmdir(directory);
    return left;
  } catch (error) {
    return isMissing(error) ? left : [...left, directory];
  }
}

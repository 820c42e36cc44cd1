import { readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { isMissing } from "../is-missing.ts";

const root = "/sys/fs/cgroup";
/** Version 2 has one tree; version 1 one for each controller, of which limits use these. */
const trees = [root, join(root, "memory"), join(root, "cpu"), join(root, "cpu,cpuacct")];

const attempts = 50;

/**
 * Removes groups from the leaves up. Control files in them are the kernel's and go with their directory. A group stays
 * busy until the parent of the last process in it has noticed its end, hence the patience.
 */
export async function removeControlGroups(path: string): Promise<readonly string[]> {
  for (let attempt = 1; ; attempt++) {
    const left = (await Promise.all(trees.map((tree) => removeTree(join(tree, path))))).flat();
    if (left.length === 0 || attempt === attempts) return left;
    await wait(100);
  }
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

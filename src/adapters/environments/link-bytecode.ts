import { type Dirent, linkSync, mkdirSync, readdirSync, type Stats, statSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** More would cost more looking than they save compiling. */
const mostSiblings = 4;

/**
 * Gives an environment the compiled code of those beside it, as far as their source is the very same file: uv links what
 * it has in its cache, so most packages of two environments are. What Python compiled of it is valid here too, since it
 * goes by the source's time and size. Answers how many files it could link; the rest is for a compiler.
 */
export async function linkBytecode(directory: string): Promise<number> {
  const siblings = await newestSiblings(directory);
  if (siblings.length === 0) return 0;
  let linked = 0;
  const open = ["lib"];
  for (let below = open.pop(); below !== undefined; below = open.pop()) {
    const entries = readdirSync(join(directory, below), { withFileTypes: true });
    open.push(...entries.filter(isSourceDirectory).map(({ name }) => join(below, name)));
    linked += linkDirectory(directory, siblings, { below, entries });
    // The files are looked at without waiting, which is much faster; whoever else waits gets a turn after each directory.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return linked;
}

async function newestSiblings(directory: string): Promise<readonly string[]> {
  const parent = dirname(directory);
  const names = await readdir(parent).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const sibling = join(parent, name);
      const mark = await stat(join(sibling, ".complete")).catch(() => undefined);
      return mark === undefined || sibling === directory ? [] : [{ sibling, since: mark.mtimeMs }];
    }),
  );
  const newestFirst = found.flat().sort((left, right) => right.since - left.since);
  return newestFirst.slice(0, mostSiblings).map(({ sibling }) => sibling);
}

function linkDirectory(
  directory: string,
  siblings: readonly string[],
  { below, entries }: { readonly below: string; readonly entries: readonly Dirent[] },
): number {
  const minor = /(?:^|\/)python3\.(\d+)(?:\/|$)/.exec(below)?.[1];
  if (minor === undefined) return 0;
  let linked = 0;
  for (const { name } of entries.filter((entry) => entry.isFile() && entry.name.endsWith(".py"))) {
    const compiled = join("__pycache__", `${name.slice(0, -".py".length)}.cpython-3${minor}.pyc`);
    const own = statSync(join(directory, below, name));
    const sibling = siblings.find((other) => isSameFile(own, look(join(other, below, name))));
    if (sibling === undefined) continue;
    mkdirSync(join(directory, below, "__pycache__"), { recursive: true });
    linked += tryLink(join(sibling, below, compiled), join(directory, below, compiled));
  }
  return linked;
}

/** Another environment may be removed while it is looked at, and not everything there was compiled. */
function tryLink(from: string, to: string): 0 | 1 {
  try {
    linkSync(from, to);
    return 1;
  } catch {
    return 0;
  }
}

function look(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function isSameFile(one: Stats, other: Stats | undefined): boolean {
  return other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

function isSourceDirectory(entry: Dirent): boolean {
  return entry.isDirectory() && entry.name !== "__pycache__";
}

import { normalizePackageName, parseLock } from "../lock/parse-lock.ts";

/** One image of a pair, as far as its lock and its Python say. */
export interface PairSide {
  readonly image: string;
  /** The full version where it is known ("3.11.7"), else the minor. */
  readonly python: string;
  /** Version by package, named as PEP 503 does. A package from a repository or an address has that as its version. */
  readonly versions: ReadonlyMap<string, string>;
}

export interface PairImage {
  readonly name: string;
  readonly python: string;
  /** The lock's text. */
  readonly lock: string;
}

/**
 * Reads what a pair is judged by. What a lock pins for other systems only is left out; where a package is pinned
 * differently by marker, the last pin counts, as in every comparison of locks.
 * @throws HubfleetError LOCK_UNREADABLE
 */
export function pairSide({ name, python, lock }: PairImage): PairSide {
  const { conda, packages } = parseLock(lock);
  const versions = new Map<string, string>();
  for (const one of conda) if (isForLinux(one.subdir)) versions.set(pythonNameOf(one.name), one.version);
  for (const { name: known, version, source, markers } of packages) {
    if (markers !== undefined && isForOthers(markers)) continue;
    versions.set(known, version ?? (source.kind === "git" ? source.commit.slice(0, 10) : addressOf(source)));
  }
  return { image: name, python: versions.get("python") ?? python, versions };
}

/** Conda splits some packages, or names them for what else has the name. */
const condaNames: Readonly<Record<string, string>> = {
  "dask-core": "dask",
  "distributed-core": "distributed",
  "matplotlib-base": "matplotlib",
  "msgpack-python": "msgpack",
  "pyarrow-core": "pyarrow",
  "xarray-core": "xarray",
};

function pythonNameOf(name: string): string {
  const normal = normalizePackageName(name);
  return condaNames[normal] ?? normal;
}

function isForLinux(subdir: string): boolean {
  return subdir === "noarch" || subdir.startsWith("linux-");
}

function isForOthers(markers: string): boolean {
  return /^(?:.* and )?\(?(?:sys_platform == '(?:win32|darwin)'|platform_system == '(?:Windows|Darwin)'|os_name == 'nt'|(?:platform_python_implementation|implementation_name) == '(?:PyPy|pypy)')/.test(
    markers,
  );
}

function addressOf(source: { readonly kind: string; readonly url?: string }): string {
  return source.url ?? source.kind;
}

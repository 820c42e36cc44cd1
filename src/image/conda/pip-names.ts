import { normalizePackageName } from "../lock/parse-lock.ts";

/** Packages that conda-forge splits or names otherwise than the package index does. */
const otherNames: Readonly<Record<string, string>> = {
  "brotli-python": "brotli",
  "dask-core": "dask",
  importlib_metadata: "importlib-metadata",
  "jupyterhub-base": "jupyterhub",
  "matplotlib-base": "matplotlib",
  "msgpack-python": "msgpack",
  "py-opencv": "opencv-python",
  "py-xgboost": "xgboost",
  pytables: "tables",
  "python-duckdb": "duckdb",
  "python-flatbuffers": "flatbuffers",
  "python-graphviz": "graphviz",
  "python-xxhash": "xxhash",
  pytorch: "torch",
  "ruamel.yaml": "ruamel-yaml",
  "seaborn-base": "seaborn",
};

/** What the package index calls a Python package of a conda channel. */
export function pipNameOf(condaName: string): string {
  return normalizePackageName(otherNames[condaName] ?? condaName);
}

interface PythonPackage {
  readonly name: string;
  readonly version: string;
  readonly subdir: string;
}

/**
 * Constraints that keep the pip half at the versions that conda installs, and the names that it must not install
 * itself. A version that the package index cannot have (no PEP 440) constrains nothing.
 *
 * | conda has the package          | constraint                     | left out of the pip half |
 * | ------------------------------ | ------------------------------ | ------------------------ |
 * | everywhere, at one version     | name==version                  | yes                      |
 * | everywhere, at several         | one each, by machine           | yes                      |
 * | on some platforms              | one each, by machine           | at installation, there   |
 */
export function pipConstraints(
  packages: readonly PythonPackage[],
  subdirs: readonly string[],
): { readonly constraints: readonly string[]; readonly provided: readonly string[] } {
  const byName = new Map<string, Map<string, string>>();
  for (const { name, version, subdir } of packages) {
    const versions = byName.get(pipNameOf(name)) ?? new Map<string, string>();
    byName.set(pipNameOf(name), versions.set(subdir, version));
  }
  const names = [...byName].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    constraints: names.flatMap(([name, versions]) => constraintsOf(name, versions, subdirs)),
    provided: names.filter(([, versions]) => versions.size === subdirs.length).map(([name]) => name),
  };
}

function constraintsOf(name: string, versions: ReadonlyMap<string, string>, subdirs: readonly string[]): string[] {
  const usable = [...versions].filter(([, version]) =>
    /^v?\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?$/.test(version),
  );
  const isOne = usable.length === subdirs.length && new Set(versions.values()).size === 1;
  if (isOne) return [`${name}==${usable[0]?.[1]}`];
  return usable.map(([subdir, version]) => `${name}==${version} ; platform_machine == '${machineOf(subdir)}'`);
}

function machineOf(subdir: string): string {
  return subdir === "linux-64" ? "x86_64" : "aarch64";
}

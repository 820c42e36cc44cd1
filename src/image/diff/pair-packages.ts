/**
 * Packages whose version must or should be the same for a notebook and for the Dask workers it talks to: what
 * `get_versions` compares, and what the messages between them are made of.
 */
export const pairPackages: ReadonlySet<string> = new Set([
  "cloudpickle",
  "dask",
  "dask-gateway",
  "distributed",
  "lz4",
  "msgpack",
  "msgpack-python", // conda's name
  "numpy",
  "pandas",
  "pyarrow",
  "python",
  "toolz",
  "tornado",
]);

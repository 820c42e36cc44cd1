import { pairRules } from "../pair/pair-rules.ts";

/** What the messages between a notebook and Dask workers are made of, beside the packages that have a rule. */
const messagePackages = ["cloudpickle", "lz4", "msgpack", "msgpack-python", "pyarrow", "toolz", "tornado"];

/** Packages whose version must or should be the same for a notebook and for the Dask workers it talks to. */
export const pairPackages: ReadonlySet<string> = new Set([
  ...pairRules.flatMap(({ packages }) => packages),
  ...messagePackages,
]);

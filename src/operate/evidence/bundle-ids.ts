import { stateLayout } from "../../evidence/state-layout.ts";
import { sha256 } from "../../runtime/local/digest.ts";

/** Ids of the bundles of a snapshot by the digests that records name them by. Nothing of them is read. */
export function bundleIdsByDigest(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const bundles = [...files].filter(([path]) => path.startsWith(stateLayout.bundles));
  return new Map(
    bundles.map(([path, text]) => {
      const id = path.slice(stateLayout.bundles.length).replace(/\.yaml$/, "");
      return [`sha256:${sha256(text)}`, id];
    }),
  );
}

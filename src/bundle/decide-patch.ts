import { createBundle } from "./bundle.ts";
import type { DecidedBundle } from "./decide-bundle.ts";
import { patchBundle, type PatchProps } from "./patch-bundle.ts";
import { readBundles } from "./read-bundles.ts";

/**
 * The patch of a bundle. Pure: whoever asks for the same, again or at the same moment, gets the one that is there. It is
 * the same when it replaces the same images of the same bundle by the same ones, from whatever commit.
 * @throws HubfleetError PATCH_NOT_POSSIBLE
 */
export function decidePatch(props: PatchProps, files: ReadonlyMap<string, string>): DecidedBundle {
  const bundle = patchBundle(props);
  // A damaged bundle is no reason to keep a fix back: it is told by whoever asks for that one.
  const same = readBundles(files).bundles.findLast(({ document, digest }) => {
    if (document.patch?.from.id !== props.from.id) return false;
    const { madeAt, commit, versions } = document;
    return createBundle({ ...bundle.document, madeAt, commit, versions }).digest === digest;
  });
  return same === undefined ? { kind: "new", bundle, before: props.from } : { kind: "there", bundle: same };
}
